"""Guests of a meeting (列席) look at it by sight that was given when notice went out, and by nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from admissions.sight.models import Sight
from tests.factories.accounts import UserFactory
from tests.factories.meetings import body, its_time, prepared, proposed, seat
from tests.factories.sight import given
from tests.trail import assert_recorded
from workgroups.meetings.enums import SeatKind
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.services import agenda, sittings

from .scenes import again, sees

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return body()


def invited(of, guest, *recused):
    meeting = prepared(of)
    item = proposed(of)
    agenda.schedule_item(actor=of.secretary, reason="列入", item=item, meeting=meeting)
    for person in recused:
        agenda.recuse_from_item(
            actor=of.secretary, reason="亲属", item=AgendaItem.objects.get(pk=item.pk), person=person
        )
    sittings.invite(actor=of.secretary, reason="列席", meeting=meeting, person=guest, kind=SeatKind.OBSERVER)
    return meeting, item


def test_from_the_notice_until_a_month_after(of):
    guest = UserFactory()
    meeting, item = invited(of, guest)
    assert not sees(guest, meeting) and not sees(guest, item)
    sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)
    assert sees(guest, meeting) and sees(guest, item)
    sight = Sight.objects.get(person=guest)
    assert (sight.purpose, sight.period.upper) == ("列席会议", meeting.starts_at + timedelta(days=30))
    assert f"sight.sight:{sight.pk}" in assert_recorded("meetings.convene", target=meeting).touched
    with time_machine.travel(sight.period.upper, tick=False):
        assert not sees(guest, meeting) and not sees(guest, item)


def test_a_guest_signs_in(of):
    guest = UserFactory()
    meeting, _ = invited(of, guest)
    meeting = its_time(sittings.convene(actor=of.secretary, reason="通知", meeting=meeting))
    row = seat(meeting, guest)
    assert sees(guest, row)
    assert sittings.be_present(actor=again(guest), reason="签到", seat=row, kind="present").kind == "observing"


def test_an_item_a_guest_must_keep_away_from_stays_hidden(of):
    guest = UserFactory()
    meeting, item = invited(of, guest, guest)
    sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)
    assert sees(guest, meeting) and not sees(guest, item)


def test_members_and_supervisors_need_no_sight(of):
    meeting, _ = invited(of, UserFactory())
    sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)
    assert Sight.objects.count() == 1
    assert all(sees(person, meeting) for person in (*of.everybody(), of.supervisor))


def test_who_may_look_already_is_given_nothing_new(of):
    guest = UserFactory()
    meeting, _ = invited(of, guest)
    given(of.secretary, meeting, guest)
    sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)
    assert Sight.objects.filter(person=guest).count() == 1
    assert timezone.now() < Sight.objects.get(person=guest).period.upper
