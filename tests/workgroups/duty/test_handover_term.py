"""A handover sheet has a term and climbs; a post that nobody can act on is said to be empty on the day."""

from datetime import timedelta

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.todos import todos_of
from discipline.desk.enums import Indicator
from discipline.desk.indicators import RULE_OF, Watch
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from workgroups.appointments.models import AppointmentPassage
from workgroups.duty.models import HANDOVER_TERM, Handover
from workgroups.duty.services import prepare_handover, sign_handover
from workgroups.duty.unfinished import overdue
from workgroups.groups.models import Step, StepDuty
from workgroups.groups.selectors import matrix_findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season)


@pytest.fixture
def leader(group):
    return leader_of(group, status="on_duty").person


@pytest.fixture
def held(group, leader):
    row = AppointmentFactory(post=PostFactory(group=group, name="录检员"), status="on_duty")
    with setting_up():
        AppointmentPassage(appointment=row, to_status="on_duty", actor=leader, reason="上岗").save()
    return row


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def sheet(held):
    return prepare_handover(actor=held.person, reason="调岗", appointment=held, receiver=UserFactory())


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def told(person):
    return [(todo.verb, todo.due_at) for todo in todos_of(User.objects.get(pk=person.pk)) if "交接" in todo.verb]


def found(user, season, indicator):
    return [one.sentence for one in RULE_OF[indicator].find(Watch(user, season, timezone.localdate()))]


class TestTheTerm:
    def test_is_three_days_or_the_end_of_the_period(self, sheet, held):
        assert sheet.due_at == sheet.prepared_at + HANDOVER_TERM
        ends = timezone.now() + timedelta(days=1)
        held.period = DateTimeTZRange(held.period.lower, ends)
        with setting_up():
            held.save()
        assert Handover.objects.get(pk=sheet.pk).due_at == ends

    def test_is_the_same_for_one_and_for_the_list(self, sheet, held):
        for ends in (None, timezone.now() + timedelta(days=1), sheet.prepared_at - timedelta(hours=1)):
            held.period = DateTimeTZRange(held.period.lower, ends)
            with setting_up():
                held.save()
            for days in (0, 2, 4):
                with later(days=days):
                    row = Handover.objects.get(pk=sheet.pk)
                    assert Handover.objects.overdue().exists() == row.is_overdue, (ends, days)

    def test_stands_in_the_to_dos_of_both(self, sheet, held):
        assert told(held.person) == told(sheet.receiver) == [("签署交接单", sheet.due_at)]

    def test_past_it_the_office_the_leader_then_the_supervisors_are_told(self, sheet, season, group, leader, secretary):
        supervisor = user_with(Role.SUPERVISOR, season=season, group=group)
        elsewhere = user_with(Role.SUPERVISOR, season=season, group=WorkGroupFactory(season=season))
        other = leader_of(WorkGroupFactory(season=season), status="on_duty").person
        everybody = (secretary, leader, supervisor, elsewhere, other)
        assert [told(person) for person in everybody] == [[]] * 5
        climbed = [("督促交接", sheet.due_at)]
        with later(days=3, minutes=1):
            assert [told(person) for person in everybody] == [climbed, climbed, [], [], []]
            assert [late.count for late in overdue(supervisor)] == [1]
        with later(days=6, minutes=1):
            assert [told(person) for person in everybody] == [climbed, climbed, climbed, [], []]

    def test_signed_by_both_nobody_is_told(self, sheet, held, secretary):
        sign_handover(actor=held.person, reason="签", handover=sheet)
        sign_handover(actor=sheet.receiver, reason="签", handover=sheet)
        with later(days=9):
            assert told(secretary) == []
            assert [late.count for late in overdue(secretary)] == [0]

    def test_on_the_pages(self, client, sheet, held, secretary, season):
        with later(days=4):
            client.force_login(secretary)
            page = client.get(reverse("duty:handover", args=[sheet.pk])).content.decode()
            assert "已过签字期限" in page
            listed = client.get(reverse("duty:handovers"), {"late": "late"})
            assert [row.record for row in listed.context["table"].rows] == [sheet]
            assert list(client.get(reverse("duty:handovers"), {"late": "due"}).context["table"].rows) == []
            supervisor = user_with(Role.SUPERVISOR, season=season)
            assert any(str(sheet) in sentence for sentence in found(supervisor, season, Indicator.TASKS))


class TestAPostLeftEmpty:
    def test_with_one_signature_when_the_period_runs_out(self, client, sheet, held, season, group, secretary):
        sign_handover(actor=held.person, reason="签", handover=sheet)
        held.period = DateTimeTZRange(held.period.lower, timezone.now() + timedelta(days=1))
        step = Step(season=season, name="录检", order=1)
        with setting_up():
            held.save()
            step.save()
            StepDuty(step=step, post=held.post, letter="A").save()
        supervisor = user_with(Role.SUPERVISOR, season=season)
        empty = f"{held.post}现在无人在岗"

        def said(person):
            client.force_login(person)
            return "无人在岗" in client.get(reverse("groups:one", args=[group.pk])).content.decode()

        def gaps():
            return [one.sentence for one in matrix_findings(season, secretary)]

        assert not said(secretary)
        assert empty not in found(supervisor, season, Indicator.READINESS)
        assert "执行岗位无人在岗。" not in gaps()
        with later(days=2):
            assert said(secretary)
            assert said(UserFactory())
            assert empty in found(User.objects.get(pk=supervisor.pk), season, Indicator.READINESS)
            assert "执行岗位无人在岗。" in gaps()

    def test_who_may_not_see_the_holder_is_not_told_that_there_is_none(self, client, held, group):
        client.force_login(UserFactory())
        assert "无人在岗" not in client.get(reverse("groups:one", args=[group.pk])).content.decode()
