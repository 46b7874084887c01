"""Duties that open themselves from the trail, once each, and what happens when nobody reports."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.commands import REGISTRY
from admissions.audit.models import Event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import MatterFactory, body, opened, proposed
from tests.factories.recusal import fact_about
from tests.factories.requests import (
    ReportableFactory,
    ReportFactory,
    fresh,
    line,
    on_duty,
    person,
    say,
    sent,
    sign,
    signed,
)
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.services import suspend_appointment
from workgroups.groups.enums import GroupKind
from workgroups.meetings.services.supervision import give_remark
from workgroups.requests import duty_triggers, rules
from workgroups.requests.enums import DutyState, Timing
from workgroups.requests.models import LedgerMark, ReportDuty, Submission
from workgroups.requests.services import duties, submissions
from workgroups.requests.tasks import watch_duties
from workgroups.requests.todos import request_todos

SUSPEND = "appointments.suspend"


def suspending(**fields):
    return ReportFactory(code="suspended", name="暂停任职情况报告", trigger=SUSPEND, **fields)


def suspend(of, someone="被停之人"):
    post = PostFactory(group=of.group, name=f"{someone}的岗位")
    row = AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY, person=UserFactory(name=someone))
    return suspend_appointment(actor=user_with(Role.SECRETARIAT), reason="临时调离", appointment=row)


def verbs(user):
    return [todo.verb for todo in request_todos(person(user))]


@pytest.mark.django_db(transaction=True)
class TestOpening:
    def test_an_event_opens_a_duty_once_however_often_the_trail_is_read(self):
        of = line()
        matter = suspending()
        suspended = suspend(of)
        assert [duties.open_duties() for _ in range(3)] == [1, 0, 0]
        duty = ReportDuty.objects.get()
        event = Event.objects.get(action=SUSPEND)
        assert (duty.matter, duty.group, duty.addressee) == (matter, of.group, of.above)
        assert (duty.event_id, duty.happened_at) == (event.pk, event.at)
        assert duty.due_at == event.at + timedelta(hours=24)
        assert duty.subject_person == suspended.person
        assert_recorded("requests.duty_opened", outcome="machine", target=duty)

    def test_a_reader_that_was_interrupted_begins_again_without_doubles(self):
        of = line()
        suspending()
        suspend(of, "甲")
        duties.open_duties()
        LedgerMark.objects.update(txid=0, at=None)
        suspend(of, "乙")
        assert duties.open_duties() == 1
        assert ReportDuty.objects.count() == 2

    def test_two_readers_at_once_open_one(self):
        of = line()
        suspending()
        suspend(of)
        LedgerMark.objects.get_or_create(pk=1)
        assert sum(together(duties.open_duties, duties.open_duties)) == 1
        assert ReportDuty.objects.count() == 1

    def test_what_happened_before_the_matter_was_listed_is_no_duty(self):
        of = line()
        suspend(of)
        suspending()
        assert duties.open_duties() == 0

    def test_refused_attempts_and_retired_matters_open_nothing(self):
        of = line()
        suspending(is_retired=True)
        suspend(of)
        with pytest.raises(Refused):
            suspend_appointment(actor=of.member, reason="越权", appointment=leader_of(WorkGroupFactory()))
        assert duties.open_duties() == 0

    def test_only_a_stop_of_a_supervisor_counts(self):
        of = body(3)
        WorkGroupFactory(season=of.group.season, kind=GroupKind.SECRETARIAT, name="秘书组", parent=of.group)
        ReportFactory(
            code="stopped", name="监督制止情况报告", trigger="meetings.give_remark#stop", owner=GroupKind.SECRETARIAT
        )
        MatterFactory()
        item = opened(of, proposed(of))
        give_remark(actor=of.supervisor, reason="程序不全", item=item, kind="stop")
        assert duties.open_duties() == 1
        duty = ReportDuty.objects.get()
        assert (duty.group.name, duty.addressee) == ("秘书组", of.group)

    def test_a_remark_of_a_supervisor_does_not(self):
        of = body(3)
        WorkGroupFactory(season=of.group.season, kind=GroupKind.SECRETARIAT, name="秘书组", parent=of.group)
        ReportFactory(
            code="stopped", name="监督制止情况报告", trigger="meetings.give_remark#stop", owner=GroupKind.SECRETARIAT
        )
        MatterFactory()
        give_remark(actor=of.supervisor, reason="请注意", item=opened(of, proposed(of)), kind="remind")
        assert duties.open_duties() == 0

    def test_what_had_to_be_asked_before_is_missed_at_once(self):
        of = line()
        ReportableFactory(code="ask-first", name="暂停任职的请示", trigger=SUSPEND, timing=Timing.BEFORE)
        suspend(of)
        assert watch_duties() == [1, 1]
        assert ReportDuty.objects.get().state == DutyState.MISSED

    def test_asked_and_agreed_before_there_is_no_duty(self):
        of = line()
        matter = ReportableFactory(code="ask-first", name="暂停任职的请示", trigger=SUSPEND, timing=Timing.BEFORE)
        row = submissions.receive(actor=of.clerk, reason="签收", submission=sent(of, matter))
        say(of, row)
        suspend(of)
        assert duties.open_duties() == 0

    def test_asked_but_only_read_is_not_agreed(self):
        of = line()
        matter = ReportableFactory(code="ask-first", name="暂停任职的请示", trigger=SUSPEND, timing=Timing.BEFORE)
        row = submissions.receive(actor=of.clerk, reason="签收", submission=sent(of, matter))
        say(of, row, "noted", "已阅。")
        suspend(of)
        assert duties.open_duties() == 1


@pytest.mark.django_db
class TestMissing:
    def opened(self, of, hours_ago=25, **fields):
        matter = ReportFactory(**fields)
        return duties.open_duty(
            actor=of.member, reason="登记", group=of.group, matter=matter, what="网络中断",
            happened_at=timezone.now() - timedelta(hours=hours_ago),
        )  # fmt: skip

    def test_the_hour_passes_and_the_miss_is_recorded_once(self):
        of = line()
        duty = self.opened(of, hours_ago=0)
        assert (duty.state, duties.note_misses()) == (DutyState.OPEN, 0)
        with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
            duty = fresh(duty)
            assert duty.state == DutyState.MISSED
            assert [duties.note_misses(), duties.note_misses()] == [1, 0]
            assert fresh(duty).missed_at == timezone.now()
        assert_recorded("requests.duty_missed", outcome="machine", target=duty)

    def test_the_group_is_to_report_and_the_level_above_is_reminded(self):
        of = line()
        self.opened(of)
        assert (verbs(of.member), verbs(of.head), verbs(of.chief)) == (["上报"], ["上报"], ["督促上报"])
        assert verbs(of.clerk) == []

    def test_before_the_hour_nobody_above_is_bothered(self):
        of = line()
        self.opened(of, hours_ago=1)
        assert verbs(of.chief) == []

    @pytest.mark.parametrize(("hours_ago", "state"), [(1, DutyState.DONE), (25, DutyState.LATE)])
    def test_a_report_settles_it(self, hours_ago, state):
        of = line()
        duty = self.opened(of, hours_ago)
        row = signed(of, duty.matter, duty=duty)
        assert fresh(duty).fulfilled_at is None
        row = submissions.send(actor=of.member, reason="报送", submission=row)
        duty = fresh(duty)
        assert (duty.state, duty.fulfilled_at) == (state, row.sent_at)
        assert duties.note_misses() == 0

    def test_taken_up_once(self):
        of = line()
        duty = self.opened(of)
        signed(of, duty.matter, duty=duty)
        with pytest.raises(Exception, match="已有人起草"):
            signed(of, duty.matter, duty=duty, text={"title": "又一份"})
        assert Submission.objects.count() == 1

    def test_withdrawn_it_is_owed_again(self):
        of = line()
        duty = self.opened(of, 1)
        row = sent(of, duty.matter, duty=duty)
        submissions.withdraw(actor=of.head, reason="报错了", submission=fresh(row))
        assert fresh(duty).state == DutyState.OPEN

    def test_who_owes_cannot_excuse_themself(self):
        of = line()
        duty = self.opened(of)
        for user in (of.member, of.head, of.clerk, of.supervisor):
            with pytest.raises(Refused, match="不是领导小组的组长"):
                duties.waive_duty(actor=user, reason="不用报", duty=fresh(duty))
        assert duties.waive_duty(actor=of.chief, reason="已当面听取", duty=fresh(duty)).state == DutyState.WAIVED

    def test_of_another_matter_or_group_it_does_not_count(self):
        of = line()
        duty = self.opened(of)
        other = ReportFactory(code="another", name="另一事项")
        with pytest.raises(Refused, match="不是这一事项"):
            signed(of, other, duty=duty)

    def test_bad_input(self):
        of = line()
        with pytest.raises(Refused, match="不能晚于现在"):
            self.opened(of, hours_ago=-1)
        with pytest.raises(Refused, match="已停用"):
            self.opened(of, code="old", name="旧事项", is_retired=True)
        alone = WorkGroupFactory(season=of.season, kind=GroupKind.OTHER, name="无上级")
        matter = ReportFactory(code="x", name="乙", body=GroupKind.PETITION)
        someone = on_duty(alone, "组员")
        with pytest.raises(Refused, match="没有可以报送"):
            duties.open_duty(
                actor=someone, reason="登记", group=alone, matter=matter, what="事", happened_at=timezone.now()
            )


@pytest.mark.django_db
class TestChain:
    """首报 → 续报 → 终报, each with its own clock."""

    def first(self, of):
        return sent(of, ReportFactory(code="outage", name="系统中断", chain_hours=2))

    def test_each_report_starts_the_clock_of_the_next(self):
        of = line()
        first = self.first(of)
        duty = first.next_duties.get()
        assert (first.stage, duty.due_at, duty.follows) == ("first", first.sent_at + timedelta(hours=2), first)
        text = {"title": "续报一", "body": "已恢复部分功能。"}
        second = submissions.continue_report(
            actor=of.member, reason="续报", submission=fresh(first), stage="follow_up", text=text
        )
        assert (second.duty, second.addressee, second.continues) == (duty, of.above, first)
        second = self.through(of, second)
        assert fresh(duty).state == DutyState.DONE
        assert second.next_duties.get().state == DutyState.OPEN

    def through(self, of, row):

        submissions.submit(actor=of.member, reason="送签", submission=fresh(row))
        return submissions.send(actor=of.member, reason="报送", submission=sign(of, row))

    def test_nothing_is_owed_after_the_last(self):
        of = line()
        first = self.first(of)
        text = {"title": "终报", "body": "已全部恢复。"}
        last = submissions.continue_report(
            actor=of.member, reason="终报", submission=fresh(first), stage="final", text=text
        )
        last = self.through(of, last)
        assert not last.next_duties.exists()
        assert not rules.can_continue(of.member, last).ok
        assert ReportDuty.objects.filter(fulfilled_at__isnull=True).count() == 0

    def test_a_missed_follow_up_is_a_miss(self):
        of = line()
        first = self.first(of)
        with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
            assert duties.note_misses() == 1
            assert "督促上报" in verbs(of.chief)
        assert first.next_duties.filter(missed_at__gt=F("due_at")).count() == 1

    def test_continued_once(self):
        of = line()
        first = self.first(of)
        text = {"title": "续报", "body": "进展。"}
        submissions.continue_report(
            actor=of.member, reason="续报", submission=fresh(first), stage="follow_up", text=text
        )
        with pytest.raises(Refused, match="已有续报"):
            submissions.continue_report(actor=of.head, reason="续报", submission=fresh(first), stage="final", text=text)

    def test_withdrawn_before_receipt_nothing_follows(self):
        of = line()
        first = self.first(of)
        submissions.withdraw(actor=of.head, reason="误报", submission=fresh(first))
        assert first.next_duties.get().state == DutyState.WAIVED


def test_every_trigger_offered_is_an_action_of_the_trail():
    offered = dict(duty_triggers.trigger_choices())
    assert set(map(duty_triggers.action_of, offered)) <= set(REGISTRY)
    assert not [code for code in offered if code.startswith(duty_triggers.NEVER)]


@pytest.mark.django_db
def test_a_duty_is_hidden_from_whoever_is_recused_from_anybody_the_event_names():
    of = line()
    named, other = UserFactory(name="甲某"), UserFactory(name="乙某")
    duty = TestMissing().opened(of)

    with setting_up():
        duty.subjects = [f"person:{named.pk}", f"person:{other.pk}"]
        duty.save()
    row = sent(of, duty.matter, duty=duty)
    fact_about(of.chief, of.season, key=other.pk)
    chief, clerk = person(of.chief), person(of.clerk)
    assert list(ReportDuty.objects.visible_to(clerk)) == [duty]
    assert list(Submission.objects.visible_to(clerk)) == [row]
    assert not ReportDuty.objects.visible_to(chief).exists()
    assert not Submission.objects.visible_to(chief).exists()
    with pytest.raises(Refused, match="回避义务"):
        submissions.receive(actor=chief, reason="签收", submission=fresh(row))
