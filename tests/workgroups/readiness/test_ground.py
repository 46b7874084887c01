"""What a right rests on is asked at the act: the appointment, the account and the readiness of this instant."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused
from admissions.core.todos import todos_of
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, PledgeVersionFactory, make_ready, sign, train
from tests.factories.recusal import candidates, declared, fact_about, id_number, relative
from tests.factories.rulebook import ClauseVersionFactory, clause_in_force
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.parts import asked, but, only_missing
from tests.races import together
from tests.trail import assert_refused, setting_up
from workgroups.appointments.enums import ANY_AREA, AppointmentStatus, RightArea
from workgroups.appointments.ground import still_hold, still_holds
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import leads, live_appointments
from workgroups.appointments.services import suspend_appointment
from workgroups.duty import rules as duty
from workgroups.duty.models import Delegation
from workgroups.duty.services import delegate
from workgroups.readiness.selectors import lapses
from workgroups.readiness.services import activate_appointment
from workgroups.training.models import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def course(season):
    return CourseFactory(season=season, name="上岗培训", valid_days=30)


@pytest.fixture
def version(season):
    return PledgeVersionFactory(template__season=season)


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season)


@pytest.fixture
def leader(group, course, version):
    return make_ready(leader_of(group, status="on_duty"), course, version)


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def fresh(row):
    return Appointment.objects.select_related("person", "post__group__season").get(pk=row.pk)


def again(person):
    return User.objects.get(pk=person.pk)


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def barred(person, season):
    """A relative among the candidates, and not a full-time member of the staff: may not serve this season."""
    person.employment = "seconded"
    with setting_up():
        person.save()
    return fact_about(person, season, kind="candidate", key="h1:aa", is_candidate_relative=True)


def fit(season, course):
    deputy = UserFactory()
    declared(deputy, season)
    train(deputy, course)
    return deputy


def arranged(row, deputy, days=60):
    period = DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=days))
    return delegate(actor=row.person, reason="出差", appointment=row, deputy=deputy, period=period)


class TestEachPart:
    def test_what_stands_in_the_appointment(self, leader):
        row, now = fresh(leader), timezone.now()
        assert asked(still_holds, row).ok
        only_missing(f"{row}的任职已结束，不能再以此岗位办理。", still_holds, but(row, status="ended"))
        says = f"{row}的任职已暂停，暂停期间不能办理，也不能由他人代办。"
        only_missing(says, still_holds, but(fresh(leader), status="suspended"))
        only_missing(f"{row}尚未上岗，不能以此岗位办理。", still_holds, but(fresh(leader), status="pending"))
        over = but(fresh(leader), period=DateTimeTZRange(empty=True))
        only_missing(f"{row}的任职期间已届满，不能再以此岗位办理。", still_holds, over)
        coming = but(fresh(leader), period=DateTimeTZRange(now + timedelta(days=1), None))
        answer = asked(still_holds, coming)
        answer.lacks_only(answer.decision.reason)
        assert "任职期间尚未开始" in answer.decision.reason
        closed = fresh(leader)
        closed.person = but(closed.person, status="suspended")
        only_missing(f"{row.person.name}的账号已停用，不能以其岗位办理。", still_holds, closed)

    def test_the_end_of_the_period_names_its_instant(self, leader):
        ended = but(fresh(leader), period=DateTimeTZRange(timezone.now() - timedelta(days=2), timezone.now()))
        assert "的任职期间已于" in still_holds(ended).reason

    def test_what_lapsed_of_readiness(self, leader):
        with later(days=31):
            row = fresh(leader)
            says = (
                f"{row}的上岗条件不全：培训（《上岗培训》尚未考试合格，或合格已过有效期），补齐以前不能以此岗位办理。"
            )
            only_missing(says, lambda: lapses([row])[row.pk])
            assert still_holds(row).who_can == "可由本人办理。"

    def test_why_somebody_must_keep_away_is_not_told(self, leader, season):
        barred(leader.person, season)
        reason = still_holds(fresh(leader)).reason
        assert "回避（未具备）" in reason
        assert "录取" not in reason.removeprefix(str(leader))


class TestTheHolder:
    def test_loses_the_right_the_instant_training_runs_out(self, leader, group, secretary, course, version):
        waiting = make_ready(AppointmentFactory(post=PostFactory(group=group)), course, version)
        with later(days=29):
            assert leads(again(leader.person), group, RightArea.STAFF).ok
        with later(days=31):
            actor = again(leader.person)
            with pytest.raises(Refused, match="上岗条件不全"):
                activate_appointment(actor=actor, reason="办理", appointment=waiting)
            assert_refused("appointments.activate", actor=actor)

    def test_gets_it_back_by_passing_again(self, leader, group, course):
        with later(days=31):
            assert not leads(again(leader.person), group, RightArea.STAFF).ok
            train(leader.person, course)
            assert leads(again(leader.person), group, RightArea.STAFF).ok

    def test_loses_it_when_a_recusal_is_found_that_bars_from_service(self, leader, group, season):
        assert leads(again(leader.person), group, RightArea.STAFF).ok
        barred(leader.person, season)
        assert not leads(again(leader.person), group, RightArea.STAFF).ok

    def test_keeps_it_apart_from_what_waits_for_a_ruling(self, leader, group, season):
        fact_about(leader.person, season, kind="institution", key=InstitutionFactory().pk)
        assert leads(again(leader.person), group, RightArea.STAFF).ok

    def test_reads_on_and_keeps_the_place_in_the_order_of_groups(self, leader, group):
        with later(days=31):
            person = again(leader.person)
            assert leads(person, group, ANY_AREA).ok
            assert live_appointments(person) == [leader]
            assert leader in Appointment.objects.visible_to(person)

    def test_a_newer_file_of_candidates_takes_nothing_from_anybody(self, leader, group, season):
        candidates(season, id_number(9))
        declared(leader.person, season, relative(id_number(1)))
        assert leads(again(leader.person), group, RightArea.STAFF).ok

    def test_a_text_published_anew_leaves_its_time_of_grace(self, leader, group, season):
        PledgeVersionFactory(template__season=season, grace_days=3)
        assert leads(again(leader.person), group, RightArea.STAFF).ok
        with later(days=2):
            assert leads(again(leader.person), group, RightArea.STAFF).ok
        with later(days=4):
            answer = leads(again(leader.person), group, RightArea.STAFF)
            assert "承诺书（" in answer.reason

    def test_a_course_opened_anew_leaves_a_week(self, leader, group, season):
        CourseFactory(season=season, name="新课程")
        with later(days=6):
            assert leads(again(leader.person), group, RightArea.STAFF).ok
        with later(days=8):
            assert "《新课程》" in leads(again(leader.person), group, RightArea.STAFF).reason

    def test_a_changed_ground_of_a_course_leaves_a_week(self, leader, group, course, season):
        clause = clause_in_force()
        with setting_up():
            Question(course=course, clause=clause, kind="judge", stem="对吗", options=["对", "错"], answer=[0]).save()
        with later(days=8):
            assert leads(again(leader.person), group, RightArea.STAFF).ok  # a new question is for the next paper
        train(leader.person, course)
        version = clause.versions.get()
        with setting_up():
            version.period = DateTimeTZRange(version.period.lower, timezone.now())
            version.save()
            ClauseVersionFactory(clause=clause, number=2, period=DateTimeTZRange(timezone.now(), None))
        with later(days=6):
            assert leads(again(leader.person), group, RightArea.STAFF).ok
        with later(days=8):
            assert "已更新" in leads(again(leader.person), group, RightArea.STAFF).reason

    def test_where_the_house_has_no_course_nobody_is_stopped(self, leader, group, course):
        course.status = "closed"
        with setting_up():
            course.save()
        assert leads(again(leader.person), group, RightArea.STAFF).ok


class TestToldAhead:
    def words(self, person):
        return [(todo.verb, todo.due_at) for todo in todos_of(again(person)) if todo.due_at is not None]

    def test_of_a_pass_that_runs_out(self, leader):
        with later(days=22):
            assert self.words(leader.person) == []
        with later(days=24):
            [(verb, due)] = self.words(leader.person)
            assert verb == "参加培训考试"
            assert timedelta(days=5) < due - timezone.now() < timedelta(days=7)

    def test_of_a_period_that_ends(self, leader):
        leader.period = DateTimeTZRange(leader.period.lower, timezone.now() + timedelta(days=10))
        with setting_up():
            leader.save()
        assert self.words(leader.person) == []
        with later(days=4):
            assert self.words(leader.person) == [("续任或交接", leader.period.upper)]

    def test_on_the_pages(self, client, leader, secretary):
        with later(days=24):
            client.force_login(secretary)
            page = client.get(reverse("readiness:overview"))
            assert [row.pk for row, _, _ in page.context["ending"]] == [leader.pk]
            assert "有效至" in client.get(reverse("appointments:one", args=[leader.pk])).content.decode()
        with later(days=31):
            client.force_login(secretary)
            assert "在岗而上岗条件不全（1）" in client.get(reverse("readiness:overview")).content.decode()
            for name, key in (
                ("appointments:list", []),
                ("groups:one", [leader.post.group_id]),
                ("groups:post", [leader.post_id]),
            ):
                assert "上岗条件不全" in client.get(reverse(name, args=key)).content.decode(), name
            page = client.get(reverse("groups:one", args=[leader.post.group_id])).content.decode()
            assert "无人在岗" in page


class TestTheDeputy:
    @pytest.fixture
    def deputy(self, leader, season, course):
        deputy = fit(season, course)
        arranged(leader, deputy)
        return deputy

    def test_has_what_the_principal_has(self, deputy, leader, group):
        assert leads(again(deputy), group, RightArea.STAFF).on_behalf_of.person == leader.person

    def test_has_nothing_while_the_principal_is_suspended(self, deputy, leader, group, secretary):
        suspend_appointment(actor=secretary, reason="核查", appointment=leader)
        assert not leads(again(deputy), group, RightArea.STAFF).ok
        assert live_appointments(again(deputy)) == []
        assert not Delegation.objects.live().exists()

    def test_has_nothing_while_the_principals_account_is_closed(self, deputy, leader, group):
        leader.person.status = "suspended"
        with setting_up():
            leader.person.save()
        assert not leads(again(deputy), group, RightArea.STAFF).ok

    def test_has_nothing_while_the_principal_is_not_ready(self, deputy, leader, group, course):
        with later(days=31):
            train(deputy, course)
            answer = leads(again(deputy), group, RightArea.STAFF)
            assert answer.reason.startswith(f"{leader}的上岗条件不全：培训")
            train(leader.person, course)
            assert leads(again(deputy), group, RightArea.STAFF).ok


class TestDelegating:
    def test_who_is_suspended_delegates_nothing_and_nobody_does_it_for_them(
        self, client, leader, secretary, season, course
    ):
        deputy = fit(season, course)
        suspend_appointment(actor=secretary, reason="核查", appointment=leader)
        says = f"{leader}的任职已暂停，暂停期间不能办理，也不能由他人代办。"
        for actor in (again(leader.person), secretary):
            only_missing(says, duty.can_delegate, actor, fresh(leader))
        with pytest.raises(Refused, match="的任职已暂停"):
            arranged(fresh(leader), deputy)
        client.force_login(leader.person)
        assert client.get(reverse("duty:delegate", args=[leader.pk])).status_code == 403
        assert "安排代岗" not in client.get(reverse("appointments:one", args=[leader.pk])).content.decode()

    def test_nor_who_is_not_ready(self, leader, season, course):
        with later(days=31):
            assert not duty.can_delegate(again(leader.person), fresh(leader)).ok


class TestHowItIsAsked:
    def test_many_at_once_are_the_same_as_one_by_one(self, group, season, course, version):
        rows = [make_ready(AppointmentFactory(post=PostFactory(group=group), status="on_duty"), course, version)]
        rows += [AppointmentFactory(post=PostFactory(group=group), status=status) for status in AppointmentStatus]
        rows = [fresh(row) for row in rows]
        assert still_hold(rows) == {row.pk: still_holds(fresh(row)) for row in rows}

    def test_at_a_constant_and_small_cost(self, group, season, course, version):
        sign(leader_of(group), version)
        rows = [
            make_ready(AppointmentFactory(post=PostFactory(group=group), status="on_duty"), course, version)
            for _ in range(9)
        ]
        counts = []
        for number in (1, 9):
            asked_of = [fresh(row) for row in rows[:number]]
            with CaptureQueriesContext(
                connection,
            ) as queries:
                still_hold(asked_of)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 11


@pytest.mark.django_db(transaction=True)
def test_suspending_against_acting_on_two_connections(season, course, version, group, leader, secretary):
    """Whichever is first: what is done stands before the suspension, what comes after is refused."""
    waiting = make_ready(AppointmentFactory(post=PostFactory(group=group)), course, version)
    person = again(leader.person)
    assert leads(person, group, RightArea.STAFF).ok  # the page was opened before
    done, suspended = together(
        lambda: activate_appointment(actor=person, reason="办理", appointment=waiting),
        lambda: suspend_appointment(actor=secretary, reason="核查", appointment=leader),
    )
    assert not isinstance(suspended, Exception), suspended
    row = Appointment.objects.get(pk=waiting.pk)
    if isinstance(done, Exception):
        assert "的任职已暂停" in str(done)
        assert row.status == AppointmentStatus.PENDING
    else:
        assert row.passages.last().at < suspended.passages.last().at
    with pytest.raises(Refused, match="的任职已暂停"):
        other = make_ready(AppointmentFactory(post=PostFactory(group=group)), course, version)
        activate_appointment(actor=person, reason="再办", appointment=other)
