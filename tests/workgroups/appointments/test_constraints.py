"""What is refused when people are appointed: by the command with its sentence, and by the database by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible
from tests.trail import assert_recorded, assert_refused
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import confirm_appointment, propose_appointment

pytestmark = pytest.mark.django_db
START = timezone.now()


def days(first, last=None):
    upper = None if last is None else START + timedelta(days=last)
    return DateTimeTZRange(START + timedelta(days=first), upper)


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def test_proposed_and_confirmed_appointment_waits_for_readiness(secretary):
    person, post, second = UserFactory(), PostFactory(), user_with(Role.SECRETARIAT)
    proposed = propose_appointment(actor=secretary, reason="工作需要", person=person, post=post, period=days(0))
    assert (proposed.status, [p.to_status for p in proposed.passages.all()]) == ("proposed", ["proposed"])
    confirmed = confirm_appointment(actor=second, reason="会议决定", appointment=proposed, basis="决议1号")
    assert (confirmed.status, confirmed.basis) == ("pending", "决议1号")
    event = assert_recorded("appointments.confirm", actor=second, target=confirmed)
    assert (event.group_id, event.person_id) == (post.group_id, person.pk)


def test_same_person_twice_in_an_overlapping_period_is_refused(secretary):
    held = AppointmentFactory(period=days(0, 10))
    with pytest.raises(Refused, match="不能重复任命"):
        propose_appointment(actor=secretary, reason="再任", person=held.person, post=held.post, period=days(5, 20))
    assert_refused("appointments.propose", actor=secretary)
    with pytest.raises(IntegrityError, match="appointment_once_per_post"):
        AppointmentFactory(person=held.person, post=held.post, period=days(5, 20))


def test_same_person_again_after_the_period_is_allowed(secretary):
    held = AppointmentFactory(period=days(0, 10))
    again = propose_appointment(actor=secretary, reason="续任", person=held.person, post=held.post, period=days(10, 20))
    assert again.pk


def test_incompatible_posts_are_refused_by_rule_and_by_database(secretary):
    group = WorkGroupFactory()
    one, other = PostFactory(group=group, name="录入"), PostFactory(group=group, name="复核")
    incompatible(one, other)
    held = AppointmentFactory(post=one, period=days(0, 10))
    with pytest.raises(Refused, match="不相容"):
        propose_appointment(actor=secretary, reason="兼任", person=held.person, post=other, period=days(5))
    with pytest.raises(IntegrityError, match="incompatible posts"):
        AppointmentFactory(person=held.person, post=other, period=days(5))
    assert AppointmentFactory(person=held.person, post=other, period=days(10)).pk


def test_headcount_is_refused_by_rule_and_by_database(secretary):
    post = PostFactory(headcount_max=1)
    AppointmentFactory(post=post, period=days(0, 10))
    with pytest.raises(Refused, match="已满"):
        propose_appointment(actor=secretary, reason="加人", person=UserFactory(), post=post, period=days(9, 12))
    with pytest.raises(IntegrityError, match="seats"):
        AppointmentFactory(post=post, period=days(9, 12))
    assert AppointmentFactory(post=post, period=days(10, 12)).pk


def test_an_ended_appointment_frees_its_seat():
    post = PostFactory(headcount_max=1)
    AppointmentFactory(post=post, period=days(0, 10), status="ended")
    assert AppointmentFactory(post=post, period=days(0, 10)).pk


def test_nobody_appoints_themself(secretary):
    with pytest.raises(Refused, match="不能任命自己"):
        propose_appointment(actor=secretary, reason="自荐", person=secretary, post=PostFactory(), period=days(0))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_only_the_secretariat_appoints(role):
    with pytest.raises(Refused, match="没有办理任职的权限"):
        propose_appointment(
            actor=user_with(role), reason="越权", person=UserFactory(), post=PostFactory(), period=days(0)
        )


def test_confirmation_without_a_number_is_refused_by_rule_and_by_database(secretary):
    proposed = AppointmentFactory(status="proposed", basis="")
    with pytest.raises(Refused, match="没有决议或文号"):
        confirm_appointment(actor=secretary, reason="先上岗", appointment=proposed, basis="  ")
    with pytest.raises(IntegrityError, match="appointment_has_basis"):
        AppointmentFactory(status="pending", basis="")


intervals = st.tuples(st.integers(0, 12), st.integers(1, 6))


@settings(max_examples=25)
@given(periods=st.lists(intervals, max_size=6), seats=st.integers(1, 3))
def test_rule_and_database_agree_on_headcount(periods, seats):
    """Whatever the order of appointments: the rule's answer is the database's, and no instant is over-full."""
    secretary = user_with(Role.SECRETARIAT)
    post = PostFactory(headcount_max=seats)
    for first, length in periods:
        period = days(first, first + length)
        try:
            propose_appointment(actor=secretary, reason="试", person=UserFactory(), post=post, period=period)
            said_yes = True
        except Refused:
            said_yes = False
        held = [row.period for row in Appointment.objects.filter(post=post)]
        others = held[:-1] if said_yes else held
        instants = [period.lower, *(p.lower for p in others if period.lower <= p.lower < period.upper)]
        busiest = max(sum(p.lower <= i < p.upper for p in others) for i in instants)
        assert said_yes == (busiest < seats)
