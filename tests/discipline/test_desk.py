"""The desk: each indicator with a hit and near misses, in scope, without the recused, put aside with a reason."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant
from admissions.audit.actions import Action
from admissions.audit.commands import REGISTRY
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.audit.scope import TrailScope
from admissions.audit.trail import write_event
from admissions.core.decision import Refused
from admissions.core.todos import own_todos
from discipline.desk.enums import Indicator, ReviewFinding
from discipline.desk.indicators import RULES, Finding, Watch
from discipline.desk.indicators import entered as entered_words
from discipline.desk.limits import FOUND, SHOWN
from discipline.desk.models import AccessReview, Dismissal
from discipline.desk.reading import families_in, month_before, reading_of, readings_of
from discipline.desk.rules import can_review, reviews_families
from discipline.desk.selectors import finding_of, findings, panels
from discipline.desk.services import dismiss, review_reading
from discipline.opinions.services import flag_entry
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import body, entered, kept_from_item, opened, proposed, stated
from tests.factories.recusal import fact_about
from tests.factories.supervision import again, issued, watched
from tests.trail import assert_recorded, setting_up
from workgroups.meetings.services.entries import dispute_position

NOON = dt.time(12)


def at(hour: int, minute: int = 0, second: int = 0, days_ago: int = 1) -> dt.datetime:
    """A working-hours instant of yesterday, so that nothing lies in the future."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute, second)))


def happened(of, person, code, when, outcome=Outcome.DONE, target=None, subjects=()):
    """An entry of the group's trail at an instant of the past."""
    action = Action(code, REGISTRY.get(code, "试办"), person, "测试", target=target or of.group)
    scope = of.group.trail_scope().joined(TrailScope(subjects=tuple(subjects)))
    with time_machine.travel(when, tick=False):
        event_id = write_event(action, outcome, scope, refusal="不行" if outcome == Outcome.REFUSED else "")
    return Event.objects.get(pk=event_id)


def watch(of, person=None, days_ago=1):
    return Watch(again(person or of.supervisor), of.season, timezone.localdate() - dt.timedelta(days=days_ago))


def found(of, indicator, person=None):
    panel = next(panel for panel in panels_of(watch(of, person)) if panel.rule.indicator == indicator)
    return [finding.sentence for finding in panel.findings]


def panels_of(watch):
    return panels(findings(watch)[1])


def first_finding(of):
    return findings(watch(of))[1][Indicator.HIGH_RISK][0]


def get(person, name, *args, **query):
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def test_every_indicator_is_explained_by_a_rule():
    assert [rule.indicator for rule in RULES] == list(Indicator)


@pytest.mark.django_db
class TestIndicators:
    def test_high_risk_acts_one_by_one(self):
        of = watched()
        happened(of, of.leader, "season.correct", at(10))
        happened(of, of.leader, "groups.change", at(11))
        happened(of, of.leader, "season.correct", at(10), Outcome.REFUSED)
        assert found(of, Indicator.HIGH_RISK) == [f"{of.leader.name}办理“更正录取季”：{of.group}"]

    @pytest.mark.parametrize(
        ("minutes", "hit"), [((0, 2, 4, 6, 9), True), ((0, 3, 6, 9), False), ((0, 3, 6, 9, 12), False)]
    )
    def test_a_burst_of_refusals(self, minutes, hit):
        of = watched()
        for minute in minutes:
            happened(of, of.member, "appointments.confirm", at(10, minute), Outcome.REFUSED)
        happened(of, of.leader, "appointments.confirm", at(10, 1), Outcome.REFUSED)
        wanted = [f"{of.member.name}在9分钟内被拒绝5次：确认任命"]
        assert found(of, Indicator.REFUSALS) == (wanted if hit else [])

    @pytest.mark.parametrize(("times", "others", "hit"), [(5, 0, True), (4, 0, False), (5, 1, False)])
    def test_the_same_two_people(self, times, others, hit):
        of = watched()
        reviewer = UserFactory(name="复某")
        for number in range(times + others):
            actor = of.member if number < times else of.leader
            record = issued(of)
            happened(of, actor, "appointments.propose", at(9, number), target=record)
            happened(of, reviewer, "appointments.confirm", at(10, number), target=record)
        wanted = [f"{of.member.name}办理、复某复核，七天内5次，占复某复核的100%"]
        assert found(of, Indicator.PAIRS) == (wanted if hit else [])

    @pytest.mark.parametrize(("seconds", "hit"), [(4, True), (5, False)])
    def test_a_check_within_seconds(self, seconds, hit):
        of = watched()
        reviewer = UserFactory(name="复某")
        happened(of, of.member, "imports.upload", at(10))
        happened(of, reviewer, "imports.confirm", at(10, 0, seconds))
        wanted = [f"复某在{of.member.name}办理后4秒即“确认导入”：{of.group}"]
        assert found(of, Indicator.QUICK) == (wanted if hit else [])

    def test_one_person_checking_the_own_act_is_no_pair(self):
        of = watched()
        happened(of, of.member, "imports.upload", at(10))
        happened(of, of.member, "imports.confirm", at(10, 0, 1))
        assert found(of, Indicator.QUICK) == []

    @pytest.mark.parametrize(("hour", "minute", "hit"), [(6, 59, True), (7, 0, False), (21, 59, False), (22, 0, True)])
    def test_outside_the_usual_hours(self, hour, minute, hit):
        of = watched()
        happened(of, of.member, "groups.change", at(hour, minute))
        assert bool(found(of, Indicator.HOURS)) == hit

    def test_changes_after_the_decision(self):
        of = watched()
        happened(of, of.leader, "meetings.reconsider", at(10))
        assert found(of, Indicator.AFTER) == [f"{of.leader.name}“提请复议”：{of.group}"]

    def test_people_on_duty_who_lack_something(self):
        of = watched()
        assert len(found(of, Indicator.READINESS)) == 2  # leader and member of the factory never declared anything
        assert of.member.name in "".join(found(of, Indicator.READINESS))

    def test_marks_that_do_not_fit_are_counted(self):
        of = watched()
        for number in range(SHOWN + 1):
            event = happened(of, of.leader, "season.correct", at(number + 8))
            flag_entry(actor=of.supervisor, reason="对不上", event=event)
            text = get(of.supervisor, "desk:one").content.decode()
            assert ("另有 1 条" in text) == (number == SHOWN)

    def test_each_states_its_rule_and_its_data(self):
        text = get(watched().supervisor, "desk:one").content.decode()
        for rule in RULES:
            assert rule.indicator.label in text
            assert rule.rule in text


@pytest.mark.django_db
class TestScope:
    def test_nothing_of_another_group_and_nothing_one_is_recused_from(self):
        of = watched()
        other = watched(of.season)
        person = UserFactory(name="标记词甲")
        happened(other, other.leader, "season.correct", at(10))
        happened(of, of.leader, "season.correct", at(11), subjects=[f"person:{person.pk}"])
        assert len(found(of, Indicator.HIGH_RISK)) == 1
        fact_about(of.supervisor, of.season, kind="person", key=person.pk)
        assert found(of, Indicator.HIGH_RISK) == []
        whole = user_with(Role.SUPERVISOR, season=of.season)
        assert len(found(of, Indicator.HIGH_RISK, whole)) == 2

    def test_who_supervises_no_more_does_not_sit_at_the_desk(self):
        of = watched()
        assert get(of.supervisor, "desk:one").status_code == 200
        for person in (of.leader, user_with(Role.AUDIT_ADMIN), user_with(Role.SECRETARIAT)):
            assert get(person, "desk:one").status_code == 403
        assert get(of.leader, "desk:dismiss", "hours").status_code == 403


@pytest.mark.django_db
class TestRemembering:
    def test_counted_again_after_half_a_minute_or_when_the_scope_changes(self, settings):
        settings.DESK_REMEMBERED = dt.timedelta(seconds=30)
        of = watched()
        person = UserFactory(name="标记词乙")
        assert found(of, Indicator.HIGH_RISK) == []
        happened(of, of.leader, "season.correct", at(10), subjects=[f"person:{person.pk}"])
        assert found(of, Indicator.HIGH_RISK) == []
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=31), tick=True):
            assert len(found(of, Indicator.HIGH_RISK)) == 1
            fact_about(of.supervisor, of.season, kind="person", key=person.pk)
            assert found(of, Indicator.HIGH_RISK) == []

    def test_a_clock_that_was_set_back_keeps_nothing_from_the_desk(self, settings):
        settings.DESK_REMEMBERED = dt.timedelta(seconds=30)
        of = watched()
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=2), tick=True):
            assert found(of, Indicator.HIGH_RISK) == []
        happened(of, of.leader, "season.correct", at(10))
        assert len(found(of, Indicator.HIGH_RISK)) == 1


@pytest.mark.django_db
class TestDismissal:
    def test_put_aside_with_a_reason_it_leaves_the_desk_and_a_new_one_returns(self):
        of = watched()
        happened(of, of.member, "season.correct", at(10))
        row = first_finding(of)
        dismiss(actor=again(of.supervisor), reason="按会议纪要更正", finding=row)
        assert_recorded("desk.dismiss", actor=of.supervisor, reason="按会议纪要更正")
        assert found(of, Indicator.HIGH_RISK) == []
        assert panels_of(watch(of))[0].dismissed == 1
        happened(of, of.member, "season.correct", at(11))
        assert len(found(of, Indicator.HIGH_RISK)) == 1
        text = get(of.supervisor, "desk:dismissals").content.decode()
        assert "按会议纪要更正" in text
        elsewhere = user_with(Role.SUPERVISOR, season=of.season, group=watched(of.season).group)
        assert "按会议纪要更正" not in get(elsewhere, "desk:dismissals").content.decode()
        with pytest.raises(Exception, match="已由他人了解"):
            dismiss(actor=again(of.supervisor), reason="再来", finding=row)

    def test_on_the_page(self):
        of = watched()
        happened(of, of.member, "season.correct", at(10))
        row = first_finding(of)
        day = timezone.localdate() - dt.timedelta(days=1)
        address = reverse("desk:dismiss", args=["high_risk"]) + f"?day={day}&key={row.key}"
        client = Client()
        client.force_login(of.supervisor)
        assert row.sentence in client.get(address).content.decode()
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "看过原件"}).status_code == 302
        assert Dismissal.objects.get().sentence == row.sentence
        assert client.get(address.replace(row.key, "nothing")).status_code == 404
        assert finding_of(watch(of), "high_risk", row.key) == row

    def test_not_in_another_group(self):
        of = watched()
        other = watched(of.season)
        happened(other, other.leader, "season.correct", at(10))
        row = first_finding(other)
        with pytest.raises(Refused, match="没有登记已了解的权限"):
            dismiss(actor=again(of.supervisor), reason="越界", finding=row)


@pytest.mark.django_db
class TestReadings:
    @pytest.fixture
    def month(self):
        return month_before(timezone.localdate())

    def read(self, of, person, count, outcome=Outcome.READ, details=None):
        when = timezone.make_aware(dt.datetime.combine(month_before(timezone.localdate()), NOON))
        for number in range(count):
            event = happened(of, person, "trail.read", when + dt.timedelta(seconds=number), outcome)
            assert event.pk
        return when

    def test_lines_review_one_another_and_never_themselves(self, month):
        of = watched()
        auditor, system = long(user_with(Role.AUDIT_ADMIN)), long(user_with(Role.SYSTEM_ADMIN))
        whole, group_only = long(user_with(Role.SUPERVISOR, season=of.season)), long(of.supervisor)
        people = {"auditor": auditor, "system": system, "whole": whole, "group": group_only}
        self.read(of, whole, 3)
        allowed = {
            (reviewer, reader)
            for reviewer in people
            for reader in people
            if can_review(again(people[reviewer]), reading_of(people[reader], month), month).ok
        }
        assert allowed == {("auditor", "whole"), ("auditor", "group"), ("whole", "auditor"), ("whole", "system")}
        assert reviews_families(again(group_only)) == set()
        assert get(group_only, "desk:readings").status_code == 403
        assert get(auditor, "desk:readings").status_code == 200

    @pytest.mark.parametrize(("count", "alerts"), [(199, 0), (200, 1)])
    def test_reading_in_bulk_is_pointed_out(self, month, count, alerts):
        of = watched()
        self.read(of, long(of.supervisor), count)
        reading = reading_of(of.supervisor, month)
        assert (reading.reads, len(reading.alerts)) == (count, alerts)

    def test_reviewed_once_with_what_was_found(self, month):
        of = watched()
        auditor = long(user_with(Role.AUDIT_ADMIN))
        self.read(of, long(of.supervisor), 2)
        assert [todo.verb for todo in own_todos(again(auditor))] == ["复核查阅"]
        review_reading(
            actor=again(auditor),
            reason="与监督事项相符",
            reader=of.supervisor,
            month=month,
            finding=ReviewFinding.PROPER,
        )
        row = AccessReview.objects.get()
        assert (row.reads, row.exports, row.finding) == (2, 0, "proper")
        assert own_todos(again(auditor)) == []
        with pytest.raises(Refused, match="已经复核"):
            review_reading(actor=again(auditor), reason="再来", reader=of.supervisor, month=month, finding="proper")

    def test_a_month_that_is_not_over_is_not_reviewed(self):
        of = watched()
        auditor = user_with(Role.AUDIT_ADMIN)
        this = timezone.localdate().replace(day=1)
        with pytest.raises(Refused, match="还没有结束"):
            review_reading(actor=auditor, reason="早", reader=of.supervisor, month=this, finding="proper")
        assert of.supervisor.pk in families_in(this)
        assert [row.reader for row in readings_of(this, families_in(this)) if row.reader == of.supervisor]


def long(person):
    """The person's grants began two months ago."""
    from_then = timezone.now() - dt.timedelta(days=62)
    for grant in RoleGrant.objects.filter(user=person):
        with setting_up():
            grant.period = type(grant.period)(from_then, None)
            grant.save()
    return again(person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "shown", "more", "count"),
    [(0, 0, False, "0"), (SHOWN, SHOWN, False, "10"), (SHOWN + 1, SHOWN, True, "11"),
     (FOUND - 1, SHOWN, True, "49"), (FOUND, SHOWN, True, "50+")],
)  # fmt: skip
def test_a_panel_says_whether_there_is_more_than_it_shows(number, shown, more, count):
    made = [Finding(Indicator.HOURS, f"key {n}", "深夜办理") for n in range(number)]
    every = panels({rule.indicator: made if rule.indicator == Indicator.HOURS else [] for rule in RULES})
    (panel,) = [panel for panel in every if panel.rule.indicator == Indicator.HOURS]
    assert (len(panel.findings), panel.more, panel.count, panel.dismissed) == (shown, more, count, 0)


@pytest.mark.django_db
def test_positions_entered_for_members_one_by_one():
    of = body(3)
    item = opened(of, proposed(of))
    stated(item, of.members[1])
    position = entered(of, item, of.members[0])

    def shown():
        look = Watch(again(of.supervisor), of.group.season, timezone.localdate())
        return [finding.sentence for finding in entered_words(look)]

    said = f"{of.secretary.name}代录{of.members[0].name}的表态"
    assert shown() == [f"{said}，未经本人确认：{item}"]
    dispute_position(actor=of.members[0], reason="没有这样说", position=position)
    assert shown() == [f"{said}，本人有异议：{item}"]
    kept_from_item(of.supervisor, item)
    assert shown() == []
