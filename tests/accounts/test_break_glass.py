"""Break-glass: an hour of reading at most, on a second person's word, looked at by a third."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.break_glass import rules
from admissions.accounts.break_glass.enums import BREAK_GLASS_TRANSITIONS, BreakGlassState, BreakGlassStatus
from admissions.accounts.break_glass.models import LEAST_MINUTES, BreakGlassAccess, BreakGlassPassage
from admissions.accounts.break_glass.services import (
    approve_access,
    decline_access,
    end_access,
    request_access,
    review_access,
    withdraw_access,
)
from admissions.accounts.break_glass.todos import break_glass_todos
from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.accounts.sessions import CONFIRMED_AT
from admissions.audit.access import trail_access
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.core.transitions import move
from tests.clock import at_hour
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.break_glass import BreakGlassAccessFactory, over
from tests.factories.recusal import fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, assert_refused, setting_up, unguarded
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import suspend_appointment
from workgroups.recusal.enums import FactState, ScopeKind

pytestmark = pytest.mark.django_db
LIST_QUERIES = 11


@pytest.fixture
def group():
    return WorkGroupFactory(season=OpenSeasonFactory(), name="录取管理组")


@pytest.fixture
def staff():
    return UserFactory(name="申请之人")


@pytest.fixture
def security():
    return user_with(Role.SECURITY_ADMIN)


def again(user):
    """As the next request sees the person."""
    return User.objects.get(pk=user.pk)


def asked(person, scope, **fields):
    values = {"season": scope.season, "group": scope, "purpose": "核对投档记录", "minutes": 60}
    return request_access(actor=again(person), reason="须当日答复", **values | fields)


def running(person, scope, security, **fields):
    return approve_access(actor=security, reason="情况属实", access=asked(person, scope, **fields))


def finished(person, group, security):
    return BreakGlassAccessFactory(
        person=person, season=group.season, group=group, status="approved", decided_by=security, period=over()
    )


class TestAsking:
    def test_request(self, staff, group):
        access = asked(staff, group)
        assert (access.status, access.period, access.decided_by) == (BreakGlassStatus.REQUESTED, None, None)
        assert [row.to_status for row in access.passages.all()] == [BreakGlassStatus.REQUESTED]
        event = assert_recorded("break_glass.request", actor=staff, target=access, reason="须当日答复")
        assert (event.group_id, event.season_id, event.person_id) == (group.pk, group.season_id, staff.pk)
        assert not trail_access(again(staff)), "asking opens nothing"

    def test_no_second_one_while_one_is_open(self, staff, group, security):
        access = asked(staff, group)
        with pytest.raises(Refused, match="您已有一项紧急授权"):
            asked(staff, group)
        approve_access(actor=security, reason="属实", access=access)
        with pytest.raises(Refused, match="您已有一项紧急授权"):
            asked(staff, group)
        with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
            assert asked(staff, group).status == BreakGlassStatus.REQUESTED

    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
    def test_the_three_administrators_never_read_the_work(self, role, group):
        with pytest.raises(Refused, match="不查阅业务内容"):
            asked(user_with(role), group)

    @pytest.mark.parametrize("minutes", [0, 4, 61, 600])
    def test_an_hour_at_most(self, minutes, staff, group):
        with pytest.raises(ValidationError, match=rf"{LEAST_MINUTES if minutes < 5 else 60}"):
            asked(staff, group, minutes=minutes)
        assert BreakGlassAccess.objects.count() == 0

    def test_withdrawn_by_the_person_alone(self, staff, group, security):
        access = asked(staff, group)
        with pytest.raises(Refused, match="只有申请人本人可以撤回"):
            withdraw_access(actor=security, reason="x", access=access)
        assert withdraw_access(actor=staff, reason="不需要了", access=access).status == BreakGlassStatus.WITHDRAWN


class TestApproving:
    def test_opens_the_scope_for_the_minutes_asked_for(self, staff, group, security):
        access = running(staff, group, security, minutes=45)
        assert access.period.upper - access.period.lower == timedelta(minutes=45)
        assert (access.status, access.decided_by) == (BreakGlassStatus.APPROVED, security)
        assert_recorded("break_glass.approve", actor=security, target=access, reason="情况属实")
        assert trail_access(again(staff)).group_ids == {group.pk}
        assert trail_access(again(staff)).season_ids == set()

    def test_not_by_oneself(self, staff, group):
        access = asked(staff, group)
        own = again(staff)
        grant_security(own)
        with pytest.raises(Refused, match="本人不能批准自己的紧急授权"):
            approve_access(actor=again(staff), reason="x", access=access)
        assert_refused("break_glass.approve", actor=staff)

    def test_the_database_refuses_it_too(self, staff, group):
        with setting_up(), pytest.raises(IntegrityError, match="breakglassaccess_second_person"), transaction.atomic():
            BreakGlassAccessFactory(
                person=staff, season=group.season, status="approved", decided_by=staff, period=over()
            )

    def test_the_database_knows_the_hour_too(self, staff, group, security):
        now = timezone.now()
        with (
            setting_up(),
            pytest.raises(IntegrityError, match="breakglassaccess_an_hour_at_most"),
            transaction.atomic(),
        ):
            BreakGlassAccessFactory(
                person=staff,
                season=group.season,
                status="approved",
                decided_by=security,
                period=(now, now + timedelta(minutes=60, seconds=1)),
            )

    def test_not_by_a_subordinate(self, group, security):
        head = leader_of(group, status=AppointmentStatus.ON_DUTY).person
        below = WorkGroupFactory(season=group.season, parent=group, name="计划组")
        AppointmentFactory(post=PostFactory(group=below), person=security, status=AppointmentStatus.ON_DUTY)
        access = asked(head, group)
        with pytest.raises(Refused, match="领导的工作组任职，不能批准"):
            approve_access(actor=again(security), reason="x", access=access)
        assert list(break_glass_todos(again(security))) == []
        other = user_with(Role.SECURITY_ADMIN)
        assert approve_access(actor=other, reason="属实", access=access).is_running

    def test_not_by_who_is_recused_from_the_person(self, staff, group, security):
        access = asked(staff, group)
        fact_about(security, group.season, kind=ScopeKind.PERSON, key=staff.pk, state=FactState.CONFIRMED)
        assert not BreakGlassAccess.objects.visible_to(again(security)).exists()
        with pytest.raises(Refused, match="负有回避义务"):
            approve_access(actor=again(security), reason="x", access=access)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SECURITY_ADMIN])
    def test_only_by_a_security_administrator(self, role, staff, group):
        with pytest.raises(Refused, match="没有批准紧急授权的权限"):
            approve_access(actor=user_with(role), reason="x", access=asked(staff, group))

    def test_not_a_day_later(self, staff, group, security):
        access = asked(staff, group)
        with time_machine.travel(timezone.now() + timedelta(hours=24), tick=True):
            with pytest.raises(Refused, match="申请已超过24小时"):
                approve_access(actor=again(security), reason="x", access=access)
            assert list(break_glass_todos(again(security))) == []
            declined = decline_access(actor=again(security), reason="过时", access=access)
        assert declined.status == BreakGlassStatus.DECLINED

    def test_once(self, staff, group, security):
        access = running(staff, group, security)
        with pytest.raises(Refused, match="当前状态为“已批准”"):
            approve_access(actor=security, reason="x", access=access)


def grant_security(user):
    granted = user_with(Role.SECURITY_ADMIN).role_grants.get()
    with unguarded("accounts_rolegrant"), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_rolegrant SET user_id = %s WHERE id = %s", [user.pk, granted.pk])


class TestReading:
    @pytest.fixture
    def record(self, group):
        """An appointment of the group, and a refused act on it in the trail."""
        row = AppointmentFactory(
            post=PostFactory(group=group, name="录检员"),
            status=AppointmentStatus.ON_DUTY,
            person=UserFactory(name="被查之人"),
        )
        with pytest.raises(Refused):
            suspend_appointment(actor=UserFactory(), reason="越权", appointment=row)
        return row

    def sees(self, person, record):
        user = again(person)
        trail = Event.objects.visible_to(user).filter(action="appointments.suspend").exists()
        return trail, Appointment.objects.visible_to(user).filter(pk=record.pk).exists()

    def test_to_the_sixtieth_minute_and_no_longer(self, staff, group, security, record):
        assert self.sees(staff, record) == (False, False)
        access = running(staff, group, security, minutes=60)
        assert self.sees(staff, record) == (True, True)
        with time_machine.travel(access.period.upper - timedelta(seconds=1), tick=False):
            assert self.sees(staff, record) == (True, True)
        with time_machine.travel(access.period.upper, tick=False):
            assert self.sees(staff, record) == (False, False), "the sixty-first minute"

    def test_a_whole_season(self, staff, group, security, record):
        running(staff, group, security, group=None)
        assert self.sees(staff, record) == (True, True)

    def test_another_group_stays_closed(self, staff, group, security, record):
        other = WorkGroupFactory(season=group.season, name="信访接待组")
        running(staff, other, security)
        assert self.sees(staff, record) == (False, False)

    def test_recusal_still_subtracts(self, staff, group, security, record):
        fact_about(staff, group.season, kind=ScopeKind.PERSON, key=record.person_id, state=FactState.CONFIRMED)
        running(staff, group, security)
        assert self.sees(staff, record) == (False, False)

    def test_a_supervisor_sees_more_and_not_less(self, group, security, record):
        other = WorkGroupFactory(season=group.season, name="信访接待组")
        supervisor = user_with(Role.SUPERVISOR, season=group.season, group=other)
        assert self.sees(supervisor, record) == (False, False)
        running(supervisor, group, security)
        assert trail_access(again(supervisor)).group_ids == {group.pk, other.pk}
        assert self.sees(supervisor, record) == (True, True)

    def test_who_became_an_administrator_meanwhile_reads_nothing(self, staff, group, security, record):
        running(staff, group, security)
        RoleGrantFactory(user=staff, role=Role.SYSTEM_ADMIN)
        assert self.sees(staff, record) == (False, False)

    def test_it_is_no_right_to_act(self, staff, group, security, record):
        running(staff, group, security)
        with pytest.raises(Refused):
            suspend_appointment(actor=again(staff), reason="x", appointment=record)

    @pytest.mark.parametrize("ends", ["person", "approver"])
    def test_ended_early_by_either(self, ends, staff, group, security, record):
        access = running(staff, group, security)
        actor = again({"person": staff, "approver": security}[ends])
        ended = end_access(actor=actor, reason="已办完", access=access)
        assert (ended.status, ended.is_over) == (BreakGlassStatus.ENDED, True)
        assert self.sees(staff, record) == (False, False)
        assert_recorded("break_glass.end", actor=actor, target=access)

    def test_not_ended_by_a_stranger_nor_twice(self, staff, group, security):
        access = running(staff, group, security)
        with pytest.raises(Refused, match="您不能结束"):
            end_access(actor=UserFactory(), reason="x", access=access)
        end_access(actor=security, reason="办完", access=access)
        with pytest.raises(Refused, match="没有在生效"):
            end_access(actor=security, reason="x", access=access)


class TestReview:
    @pytest.fixture
    def supervisor(self, group):
        return user_with(Role.SUPERVISOR, season=group.season, group=group)

    def review(self, actor, access):
        return review_access(
            actor=again(actor), reason="复核", access=access, conclusion="proper", review_note="与用途一致"
        )

    def test_by_a_supervisor_of_the_scope(self, staff, group, security, supervisor):
        access = self.review(supervisor, finished(staff, group, security))
        assert (access.status, access.reviewed_by, access.conclusion) == ("reviewed", supervisor, "proper")
        assert_recorded("break_glass.review", actor=supervisor, target=access)
        assert list(break_glass_todos(again(supervisor))) == []

    def test_not_by_the_person(self, group, security, supervisor):
        access = finished(supervisor, group, security)
        with pytest.raises(Refused, match="本人不能复核自己的紧急授权"):
            self.review(supervisor, access)
        with setting_up(), pytest.raises(IntegrityError, match="breakglassaccess_third_person"), transaction.atomic():
            BreakGlassAccessFactory(
                person=supervisor,
                season=group.season,
                status="reviewed",
                decided_by=security,
                reviewed_by=supervisor,
                conclusion="proper",
                review_note="x",
                period=over(5),
            )

    def test_not_by_the_approver_nor_of_less_than_the_scope(self, staff, group, security, supervisor):
        access = finished(staff, group, security)
        with pytest.raises(Refused, match="批准人不能复核"):
            self.review(security, access)
        whole = BreakGlassAccessFactory(
            person=UserFactory(), season=group.season, status="approved", decided_by=security, period=over()
        )
        with pytest.raises(Refused, match="没有复核这项紧急授权的权限"):
            self.review(supervisor, whole)
        assert rules.can_review(user_with(Role.SUPERVISOR, season=group.season), whole).ok

    def test_the_state_shown_follows_the_clock(self, staff, group, security, supervisor):
        access = asked(staff, group)
        assert access.state == BreakGlassState.REQUESTED
        approve_access(actor=security, reason="属实", access=access)
        access.refresh_from_db()
        shown = []
        for moment in (access.period.lower, access.period.upper, access.review_due_at):
            with time_machine.travel(moment, tick=False):
                shown.append(access.state)
        assert shown == [BreakGlassState.RUNNING, BreakGlassState.TO_REVIEW, BreakGlassState.OVERDUE]

    def test_not_while_it_runs(self, staff, group, security, supervisor):
        with pytest.raises(Refused, match="结束后再复核"):
            self.review(supervisor, running(staff, group, security))

    def test_is_due_at_the_end_of_the_next_day(self, staff, group, security, supervisor):
        longer(security)
        longer(supervisor)
        with time_machine.travel(at_hour(21), tick=True):
            access = running(staff, group, again(security))
        assert access.review_due_at == at_hour(0, days_ago=1)
        with time_machine.travel(at_hour(21, 30), tick=True):
            assert list(break_glass_todos(again(supervisor))) == []
        with time_machine.travel(at_hour(22) + timedelta(seconds=1), tick=True):
            todo = next(break_glass_todos(again(supervisor)))
        assert (todo.verb, todo.due_at) == ("复核", access.review_due_at)
        assert todo.url == reverse("accounts:break-glass-report", args=[access.pk])


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_asks_the_same_number_of_questions(rows, group, security, settings, django_assert_num_queries):
    settings.MFA_REQUIRED = False
    for _ in range(rows):
        finished(UserFactory(), group, security)
    client = Client()
    client.force_login(security)
    client.get(reverse("accounts:break-glass-accesses"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("accounts:break-glass-accesses"))


def longer(user):
    """The grant reaches back to the day of the test."""
    with unguarded("accounts_rolegrant"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_rolegrant SET period = tstzrange(%s, null) WHERE user_id = %s",
            [at_hour(0, days_ago=30), user.pk],
        )
    return user


def test_transitions():
    allowed = {(a, b) for a in BreakGlassStatus for b in BreakGlassStatus if b in BREAK_GLASS_TRANSITIONS[a]}
    for before in BreakGlassStatus:
        for after in BreakGlassStatus:
            if (before, after) in allowed:
                assert move(BREAK_GLASS_TRANSITIONS, before, after) == after
            else:
                with pytest.raises(Refused):
                    move(BREAK_GLASS_TRANSITIONS, before, after)


class TestPages:
    @pytest.fixture
    def enter(self, settings):
        settings.MFA_REQUIRED = False

        def log_in(user):
            client = Client()
            client.force_login(user)
            return client

        return log_in

    def test_from_the_request_to_the_review(self, enter, staff, group, security):
        supervisor = user_with(Role.SUPERVISOR, season=group.season, group=group)
        person, approver = enter(staff), enter(security)
        assert "紧急授权生效中" not in person.get(reverse("home")).content.decode()
        data = {"season": group.season_id, "group": group.pk, "purpose": "核对", "minutes": 30, "reason": "当日答复"}
        assert person.post(reverse("accounts:break-glass-request"), data).status_code == 302
        access = BreakGlassAccess.objects.get()
        approve = reverse("accounts:break-glass-approve", args=[access.pk])
        assert approver.post(approve, {"reason": "属实"}).status_code == 302
        banner = person.get(reverse("home")).content.decode()
        assert "紧急授权生效中" in banner and group.name in banner
        assert person.get(reverse("audit:trail")).status_code == 200
        assert person.post(reverse("accounts:break-glass-end", args=[access.pk]), {"reason": "完"}).status_code == 302
        assert "紧急授权生效中" not in person.get(reverse("home")).content.decode()
        assert person.get(reverse("audit:trail")).status_code == 403
        watcher = enter(supervisor)
        assert "复核" in watcher.get(reverse("home")).content.decode()
        report = watcher.get(reverse("accounts:break-glass-report", args=[access.pk])).content.decode()
        assert "提前结束紧急授权" not in report, "ending is the first act after the period"
        assert "的经过" in report
        assert_recorded("trail.read", actor=supervisor, target=access, outcome=Outcome.READ)
        data = {"conclusion": "proper", "review_note": "一致", "reason": "复核"}
        assert watcher.post(reverse("accounts:break-glass-review", args=[access.pk]), data).status_code == 302
        access.refresh_from_db()
        assert access.status == BreakGlassStatus.REVIEWED

    def test_the_approver_proves_afresh_who_they_are(self, enter, staff, group, security):
        access = asked(staff, group)
        client = enter(security)
        session = client.session
        session[CONFIRMED_AT] = (timezone.now() - timedelta(minutes=6)).timestamp()
        session["account_authentication_methods"] = []
        session.save()
        address = reverse("accounts:break-glass-approve", args=[access.pk])
        for response in (client.get(address), client.post(address, {"reason": "x"})):
            assert response.status_code == 302
            assert response.url.startswith(reverse("account_reauthenticate"))
        access.refresh_from_db()
        assert access.status == BreakGlassStatus.REQUESTED

    def test_the_report_shows_the_acts_of_the_period_only(self, enter, staff, group, security):
        access = finished(staff, group, security)
        with time_machine.travel(access.period.lower + timedelta(minutes=1), tick=True), pytest.raises(Refused):
            approve_access(actor=staff, reason="期间所为", access=access)
        with pytest.raises(Refused):
            approve_access(actor=staff, reason="期后所为", access=access)
        supervisor = user_with(Role.SUPERVISOR, season=group.season, group=group)
        text = enter(supervisor).get(reverse("accounts:break-glass-report", args=[access.pk])).content.decode()
        assert "期间所为" in text and "期后所为" not in text

    def test_the_report_keeps_other_groups_to_itself(self, enter, staff, group, security):
        access = finished(staff, group, security)
        other = BreakGlassAccessFactory(season=group.season, group=WorkGroupFactory(season=group.season, name="邻组"))
        with time_machine.travel(access.period.lower + timedelta(minutes=1), tick=True), pytest.raises(Refused):
            approve_access(actor=staff, reason="邻组事由", access=other)
        address = reverse("accounts:break-glass-report", args=[access.pk])
        text = enter(user_with(Role.SUPERVISOR, season=group.season, group=group)).get(address).content.decode()
        assert "邻组事由" not in text and "另有1条不在您的监督范围内" in text
        assert "邻组事由" in enter(user_with(Role.AUDIT_ADMIN)).get(address).content.decode()


def test_a_passage_done_for_whom_the_reader_keeps_away_from_is_left_out(client, staff, group, security, settings):
    settings.MFA_REQUIRED = False
    access = running(staff, group, security)
    principal = UserFactory(name="被代之人")
    approved = access.passages.last()
    with setting_up():
        passage = BreakGlassPassage(
            access=access, actor=security, actor_name=security.name, on_behalf_of=principal,
            from_status="approved", to_status="approved", reason="为被代之人所作的说明",
        )  # fmt: skip
        passage.save()
    reader, apart = (user_with(Role.SUPERVISOR, season=group.season) for _ in range(2))
    fact_about(apart, group.season, key=principal.pk)
    for one, rows in ((reader, [approved, passage]), (apart, [approved])):
        client.force_login(again(one))
        page = client.get(reverse("accounts:break-glass-access", args=[access.pk]))
        assert list(page.context["passages"])[-len(rows) :] == rows
        assert ("为被代之人所作的说明" in page.content.decode()) == (passage in rows)
