"""应议未议 (#27): what quotes a decision is held to it; what quotes none is found, explained and accepted."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.commands import machine_action
from admissions.audit.models import Event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import (
    MatterFactory,
    body,
    decided,
    heard,
    opened,
    proposed,
    resolved,
    resolved_unheard,
    stated,
    upload,
)
from tests.factories.recusal import fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory
from tests.races import together
from tests.trail import assert_recorded
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.services import confirm_appointment
from workgroups.meetings import oversight, rules
from workgroups.meetings.enums import RemarkKind
from workgroups.meetings.liability import liability_of
from workgroups.meetings.models import ActExplanation, AgendaItem, Resolution
from workgroups.meetings.resolution_grounds import undecided_acts
from workgroups.meetings.services import agenda, decisions, matters
from workgroups.meetings.services import oversight as commands
from workgroups.recusal.enums import FactState

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule_editor():
    return user_with(Role.RULE_EDITOR)


def personnel(rule_editor, *actions):
    return matters.add_matter(
        actor=rule_editor,
        reason="登记",
        fields={
            "code": "personnel", "name": "工作人员任免", "body": "leading", "mode": "vote", "notice_hours": 1,
            "actions": list(actions or ["appointments.confirm"]),
        },
    )  # fmt: skip


def confirm(of, basis, season=None):
    row = AppointmentFactory(status=AppointmentStatus.PROPOSED, basis="", post__group__season=season or of.group.season)
    return confirm_appointment(actor=of.secretary, reason="任命", appointment=row, basis=basis)


def found(reader, of):
    return list(undecided_acts(reader, of.group.season_id))


class TestQuoting:
    def test_a_resolution_in_force_of_the_matter_carries_the_act(self, rule_editor):
        of = body()
        resolution = resolved(of, proposed(of, personnel(rule_editor)))
        confirmed = confirm(of, f" {resolution.number} ")
        assert confirmed.basis == resolution.number
        event = assert_recorded("appointments.confirm", actor=of.secretary, target=confirmed)
        assert event.details["ground"] == resolution.number
        assert found(of.secretary, of) == []

    def test_a_number_that_does_not_exist_is_refused(self, rule_editor):
        personnel(rule_editor)
        with pytest.raises(Refused, match="没有编号为招录决〔2026〕99号的决议"):
            confirm(body(), "招录决〔2026〕99号")

    def test_a_resolution_about_another_matter_is_refused(self, rule_editor):
        of = body()
        personnel(rule_editor)
        resolution = resolved(of, proposed(of, MatterFactory()))
        with pytest.raises(Refused, match="决定的是“招生计划调整”"):
            confirm(of, resolution.number)

    def test_a_resolution_of_another_season_is_refused(self, rule_editor):
        of = body()
        resolution = resolved(of, proposed(of, personnel(rule_editor)))
        with pytest.raises(Refused, match="其他录取季"):
            confirm(of, resolution.number, OpenSeasonFactory())

    def test_a_stale_resolution_is_refused(self, rule_editor, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        of = body()
        resolution = resolved(of, proposed(of, personnel(rule_editor)))
        agenda.add_paper(
            actor=of.secretary, reason="补充", item=AgendaItem.objects.get(pk=resolution.item_id), title="名单",
            change="", incoming=upload(),
        )  # fmt: skip
        with pytest.raises(Refused, match="已失效"):
            confirm(of, resolution.number)

    def test_a_stopped_resolution_is_refused(self, rule_editor):
        of = body()
        resolution = resolved_unheard(of, proposed(of, personnel(rule_editor)))
        heard(of, resolution.item, RemarkKind.STOP, "程序不合")
        with pytest.raises(Refused, match="已制止"):
            confirm(of, resolution.number)

    def test_numbers_of_two_seasons_in_one_year_do_not_collide(self, rule_editor):
        matter = personnel(rule_editor)
        first, second = body(), body()
        assert resolved(first, proposed(first, matter)).number != resolved(second, proposed(second, matter)).number


@pytest.mark.django_db(transaction=True)
def test_two_resolutions_at_once_get_two_numbers_without_a_gap():
    matter = MatterFactory()
    bodies = [body(), body()]
    items = [decided(of, proposed(of, matter)) for of in bodies]
    for of, item in zip(bodies, items, strict=True):
        heard(of, item)

    def issue(of, item):
        return lambda: decisions.issue_resolution(actor=of.secretary, reason="形成", item=item, text="同意。")

    results = together(*(issue(of, item) for of, item in zip(bodies, items, strict=True)))
    assert all(isinstance(result, Resolution) for result in results)
    year = timezone.localdate().year
    assert sorted(result.number for result in results) == [f"招录决〔{year}〕{n}号" for n in (1, 2)]


class TestFinding:
    def test_an_act_without_any_decision_is_found_until_it_is_explained_and_accepted(self, rule_editor):
        of = body()
        personnel(rule_editor)
        confirm(of, "领导口头同意")
        (row,) = found(of.secretary, of)
        assert (row.ground, row.explanation) == ("领导口头同意", None)
        assert found(of.supervisor, of) == [row]

        explanation = commands.explain_act(actor=of.secretary, reason="时间紧", event=row)
        with pytest.raises(Refused, match="已有说明"):
            commands.explain_act(actor=of.secretary, reason="再说一次", event=row)
        with pytest.raises(Refused, match="监督人员"):
            commands.settle_explanation(actor=user_with(Role.SECRETARIAT), reason="可以", explanation=explanation)
        settled = commands.settle_explanation(actor=of.supervisor, reason="情况属实", explanation=explanation)
        assert found(of.supervisor, of)[0].settled == settled.settled_at

    def test_an_order_of_an_authority_is_a_ground(self, rule_editor):
        of = body()
        personnel(rule_editor)
        confirm(of, "招委〔2026〕5号")
        assert found(of.secretary, of) == []

    def test_what_was_done_before_the_matter_was_listed_is_not_found(self, rule_editor):
        of = body()
        confirm(of, "口头同意")
        personnel(rule_editor)
        assert found(of.secretary, of) == []

    def test_taking_the_act_off_the_list_hides_nothing_done_before(self, rule_editor):
        of = body()
        matter = personnel(rule_editor)
        confirm(of, "口头同意")
        matters.change_matter(actor=rule_editor, reason="调整", matter=matter, fields={"actions": []})
        confirm(of, "口头同意")
        assert len(found(of.secretary, of)) == 1
        matters.retire_matter(actor=rule_editor, reason="停用", matter=type(matter).objects.get(pk=matter.pk))
        assert len(found(of.secretary, of)) == 1

    def test_one_act_is_listed_under_one_matter(self, rule_editor):
        personnel(rule_editor)
        with pytest.raises(Exception, match="另一事项"):
            matters.add_matter(
                actor=rule_editor, reason="登记",
                fields={"code": "again", "name": "再登记", "body": "leading", "mode": "vote",
                        "actions": ["appointments.confirm"]},
            )  # fmt: skip

    def test_a_supervisor_of_another_season_and_the_recused_find_nothing(self, rule_editor):
        of = body()
        personnel(rule_editor)
        confirmed = confirm(of, "口头同意")
        assert found(user_with(Role.SUPERVISOR, season=OpenSeasonFactory()), of) == []
        assert found(UserFactory(), of) == []
        fact_about(of.secretary, of.group.season, key=confirmed.person_id, state=FactState.CONFIRMED)
        assert found(type(of.secretary).objects.get(pk=of.secretary.pk), of) == []
        assert len(found(of.supervisor, of)) == 1

    def test_the_explanation_may_name_the_decision_taken_since_but_only_one_of_the_matter(self, rule_editor):
        of = body()
        matter = personnel(rule_editor)
        confirm(of, "口头同意")
        (row,) = found(of.secretary, of)
        other = resolved(of, proposed(of, MatterFactory()))
        with pytest.raises(Refused, match="不能补作"):
            commands.explain_act(actor=of.secretary, reason="补议", event=row, resolution=other)
        assert matter.actions() == ["appointments.confirm"]

    def test_only_acts_that_were_found_are_explained(self, rule_editor):
        of = body()
        personnel(rule_editor)
        confirm(of, "招委〔2026〕5号")
        event = Event.objects.get(action="appointments.confirm", outcome="done")
        with pytest.raises(Refused, match="不需要说明"):
            commands.explain_act(actor=of.secretary, reason="多此一举", event=event)

    def test_the_database_knows_that_nobody_accepts_the_own_explanation(self, rule_editor):
        of = body()
        personnel(rule_editor)
        confirm(of, "口头同意")
        explanation = commands.explain_act(actor=of.secretary, reason="时间紧", event=found(of.secretary, of)[0])
        explanation.settled_by, explanation.settled_at = of.secretary, timezone.now()
        with (
            machine_action("test.own", "自认", "测试"),
            pytest.raises(IntegrityError, match="explanation_settled_by_another"),
            transaction.atomic(),
        ):
            explanation.save()


class TestReconsidering:
    def again(self, of):
        item = decided(of, proposed(of, MatterFactory()))
        return agenda.reconsider_item(
            actor=of.secretary, reason="复议", item=item, proposal="改为3名。", new_facts="院校来函更正"
        )

    def consent(self, of, item, person, agrees=True, reason="同意"):
        return commands.consent_to_reconsider(
            actor=person, reason=reason, item=AgendaItem.objects.get(pk=item.pk), agrees=agrees
        )

    def test_more_than_half_of_the_members_must_agree_first(self):
        of = body(4)
        item = self.again(of)
        for person in of.members[:2]:
            self.consent(of, item, person)
        decision = rules.can_schedule(of.secretary, AgendaItem.objects.get(pk=item.pk))
        assert "成员4人，已同意2人，还需1人" in decision.reason
        self.consent(of, item, of.head)
        assert rules.can_schedule(of.secretary, AgendaItem.objects.get(pk=item.pk)).ok

    def test_a_no_does_not_count_and_is_not_taken_back(self):
        of = body()
        item = self.again(of)
        self.consent(of, item, of.members[0], agrees=False, reason="没有新事实")
        with pytest.raises(Refused, match="已表示过"):
            self.consent(of, item, of.members[0])
        row = item.consents.get()
        row.agrees = True
        with (
            machine_action("test.flip", "改意见", "测试"),
            pytest.raises(IntegrityError, match="只能追加"),
            transaction.atomic(),
        ):
            row.save()

    def test_an_observer_and_a_stranger_have_no_say(self):
        of = body()
        item = self.again(of)
        for person in (of.supervisor, UserFactory()):
            with pytest.raises(Refused, match="原会议的成员"):
                self.consent(of, item, person)

    def test_who_is_recused_from_the_matter_is_not_counted(self):
        of = body(4)
        first = proposed(of, MatterFactory())
        agenda.recuse_from_item(actor=of.secretary, reason="本人校友", item=first, person=of.members[2])
        item = decided_without(of, first, of.members[2])
        again = agenda.reconsider_item(
            actor=of.secretary, reason="复议", item=item, proposal="改为3名。", new_facts="院校来函更正"
        )
        for person in of.members[:2]:
            self.consent(of, again, person)
        assert rules.reconsideration_agreed(AgendaItem.objects.get(pk=again.pk)).ok


def decided_without(of, item, recused):
    item = opened(of, item)
    for person in [*of.members, of.head]:
        if person != recused:
            stated(item, person)
    decisions.decide(actor=of.head, reason="宣布", item=AgendaItem.objects.get(pk=item.pk))
    return AgendaItem.objects.get(pk=item.pk)


class TestLiability:
    def test_who_reads_it_and_what_it_says_of_dissent(self):
        of = body()
        item = opened(of, proposed(of, MatterFactory()))
        stated(item, of.members[0], "disagree", "影响公平")
        stated(item, of.members[1])
        stated(item, of.head)
        decisions.decide(actor=of.head, reason="宣布", item=AgendaItem.objects.get(pk=item.pk))
        item = AgendaItem.objects.get(pk=item.pk)
        lines = [line for part in liability_of(item) for line in part.lines]
        assert [line.person for line in lines if line.is_dissent] == [of.members[0].name]
        assert any(line.role == "宣布结果" and line.person == of.head.name for line in lines)
        for reader in (of.secretary, of.head, of.supervisor):
            assert oversight.can_read_liability(reader, item).ok
        for reader in (of.members[0], user_with(Role.SUPERVISOR, season=OpenSeasonFactory())):
            assert not oversight.can_read_liability(reader, item).ok

    def test_nothing_to_answer_for_before_the_decision(self):
        of = body()
        assert "还没有作出决定" in oversight.can_read_liability(of.secretary, proposed(of)).reason


def test_an_explanation_is_history_of_the_group_it_belongs_to(rule_editor):
    of = body()
    personnel(rule_editor)
    confirm(of, "口头同意")
    explanation = commands.explain_act(actor=of.secretary, reason="时间紧", event=found(of.secretary, of)[0])
    assert explanation.trail_scope().season_id == of.group.season_id
    assert ActExplanation.objects.visible_to(of.supervisor).get() == explanation
    stranger = user_with(Role.SUPERVISOR, season=OpenSeasonFactory())
    assert not ActExplanation.objects.visible_to(stranger).exists()
