"""临机处置 (#41) and the ladder of overdue tasks (#39): two people, a clock, ratified or undone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.base import setting_up
from tests.factories.meetings import MatterFactory, body, its_time, prepared, seat, stated
from tests.factories.seasons import OpenSeasonFactory
from tests.races import together
from tests.trail import assert_refused
from workgroups.meetings.enums import EmergencyStatus, PresenceKind
from workgroups.meetings.models import EmergencyDecision
from workgroups.meetings.selectors import emergency_months, meeting_todos
from workgroups.meetings.services import agenda, decisions, emergencies, sittings

pytestmark = pytest.mark.django_db


def urgent():
    return MatterFactory(
        code="urgent", name="突发情况处置", allows_emergency=True, ratify_hours=24, notice_hours=0, allows_motion=True
    )


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def declared(of, matter=None, **fields):
    values = {
        "category": "system", "title": "投档服务器断电", "measures": "切换到备用服务器。", "limits": "只限当日投档。",
        "effects": ["投档推迟2小时", "备用服务器启用"], "happened_at": timezone.now(), **fields,
    }  # fmt: skip
    return emergencies.declare_emergency(
        actor=values.pop("actor", of.head), reason="断电", group=of.group, matter=matter or urgent(), **values
    )


def in_effect(of, **fields):
    return emergencies.cosign_emergency(actor=of.members[0], reason="同签", emergency=declared(of, **fields))


def submitted(of, emergency):
    return emergencies.submit_for_ratification(actor=of.secretary, reason="补议", emergency=fresh(emergency))


def voted(of, item, stance):
    """The item put on the agenda of a meeting and decided."""
    meeting = prepared(of, f"补议会议{item.pk}")
    agenda.schedule_item(actor=of.secretary, reason="列入", item=item, meeting=meeting)
    meeting = its_time(sittings.convene(actor=of.secretary, reason="通知", meeting=meeting))
    for person in [*of.everybody(), of.supervisor]:
        sittings.be_present(actor=person, reason="签到", seat=seat(meeting, person), kind=PresenceKind.PRESENT)
    sittings.open_meeting(actor=of.head, reason="开会", meeting=fresh(meeting))
    decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    for person in [*of.members, of.head]:
        stated(item, person, stance, "不必如此" if stance == "disagree" else "")
    decisions.decide(actor=of.head, reason="宣布", item=fresh(item))


def undoing_due(somebody):
    return [todo.due_at for todo in meeting_todos(somebody) if todo.verb == "处理处置影响"]


class TestDeclaring:
    def test_in_effect_only_with_a_second_member_of_the_body(self):
        of = body()
        emergency = declared(of)
        assert emergency.status == EmergencyStatus.PROPOSED
        assert emergency.ratify_by == emergency.happened_at + timedelta(hours=24)
        for person, sentence in ((of.head, "不能自己同签"), (of.secretary, "在岗成员"), (UserFactory(), "在岗成员")):
            with pytest.raises(Refused, match=sentence):
                emergencies.cosign_emergency(actor=person, reason="同签", emergency=fresh(emergency))
        assert_refused("emergencies.cosign", actor=of.secretary, target=emergency)
        signed = emergencies.cosign_emergency(actor=of.members[0], reason="同签", emergency=fresh(emergency))
        assert (signed.status, signed.cosigned_by) == (EmergencyStatus.IN_EFFECT, of.members[0])

    def test_a_matter_that_may_not_be_disposed_of_first(self):
        urgent()
        with pytest.raises(Refused, match="不得先行处置"):
            declared(body(), MatterFactory())

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"effects": []}, "至少写明一项"),
            ({"happened_at": timezone.now() + timedelta(hours=1)}, "不能在现在之后"),
        ],
    )
    def test_what_is_missing_is_said(self, fields, sentence):
        with pytest.raises(Refused, match=sentence):
            declared(body(), **fields)

    def test_only_somebody_on_duty_in_the_body(self):
        of = body()
        with pytest.raises(Refused, match="在岗成员"):
            declared(of, actor=of.secretary)

    def test_the_database_wants_two_people(self):
        emergency = declared(body())
        with setting_up(), pytest.raises(ValidationError, match="决定人本人"):
            emergency.cosigned_by, emergency.cosigned_at = emergency.decided_by, timezone.now()
            emergency.full_clean()

    def test_withdrawn_only_before_it_is_in_effect(self):
        of = body()
        with pytest.raises(Refused, match="不能撤回"):
            emergencies.withdraw_emergency(actor=of.head, reason="撤回", emergency=in_effect(of))
        other = declared(of, fresh(EmergencyDecision.objects.get()).matter)
        assert emergencies.withdraw_emergency(actor=of.head, reason="撤回", emergency=other).status == "withdrawn"


class TestRatifying:
    def test_passed_it_is_ratified(self):
        of = body()
        emergency = in_effect(of)
        item = submitted(of, emergency)
        assert item.presenter == of.head
        voted(of, item, "agree")
        assert fresh(emergency).status == EmergencyStatus.RATIFIED
        effect = emergency.effects.first()
        with pytest.raises(Refused, match="不需要恢复"):
            emergencies.undo_effect(actor=of.head, reason="恢复", effect=effect)

    def test_refused_its_effects_are_undone_one_by_one(self):
        of = body()
        emergency = in_effect(of)
        voted(of, submitted(of, emergency), "disagree")
        assert fresh(emergency).status == EmergencyStatus.REFUSED
        first, second = emergency.effects.all()
        undone = emergencies.undo_effect(actor=of.head, reason="已恢复原时间", effect=first)
        assert undone.undone == "已恢复原时间"
        with pytest.raises(Refused, match="已处理"):
            emergencies.undo_effect(actor=of.secretary, reason="再来", effect=fresh(first))
        assert second.undone_at is None
        assert undoing_due(of.head) == [fresh(emergency).settled_at]

    def test_one_item_at_a_time_and_a_withdrawn_one_is_replaced(self):
        of = body()
        emergency = in_effect(of)
        item = submitted(of, emergency)
        with pytest.raises(Refused, match="正在办理"):
            submitted(of, emergency)
        agenda.withdraw_item(actor=of.secretary, reason="写错", item=item)
        assert submitted(of, emergency).pk != item.pk

    def test_never_ratified_it_lapses_once_and_climbs(self):
        of = body()
        emergency = in_effect(of, happened_at=timezone.now() - timedelta(hours=25))
        assert emergencies.lapse_unratified() == 1
        assert emergencies.lapse_unratified() == 0
        lapsed = fresh(emergency)
        assert lapsed.lapsed_at is not None
        assert Event.objects.filter(action="emergencies.lapse").count() == 1
        assert any(todo.verb == "督促补议" for todo in meeting_todos(of.supervisor))
        assert (
            emergencies.undo_effect(actor=of.head, reason="恢复", effect=emergency.effects.first()).undone_by == of.head
        )
        assert undoing_due(of.head) == [lapsed.lapsed_at]
        (month,) = emergency_months(EmergencyDecision.objects.all())
        assert (month["count"], month["lapsed"], month["ratified"]) == (1, 1, 0)

    def test_within_its_time_nothing_lapses(self):
        in_effect(body())
        assert emergencies.lapse_unratified() == 0


class TestSeeing:
    def test_the_body_the_office_and_its_supervisors_and_nobody_else(self):
        of = body()
        emergency = declared(of)
        for reader in (*of.everybody(), of.secretary, of.supervisor):
            assert EmergencyDecision.objects.visible_to(reader).get() == emergency
        for reader in (UserFactory(), user_with(Role.SUPERVISOR, season=OpenSeasonFactory())):
            assert not EmergencyDecision.objects.visible_to(reader).exists()
            assert not emergency.effects.model.objects.visible_to(reader).exists()


@pytest.mark.django_db(transaction=True)
def test_two_members_signing_at_once_give_one_signature():
    of = body()
    emergency = declared(of)

    def sign(person):
        return lambda: emergencies.cosign_emergency(actor=person, reason="同签", emergency=fresh(emergency))

    results = together(sign(of.members[0]), sign(of.members[1]))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert fresh(emergency).cosigned_by in of.members
