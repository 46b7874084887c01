"""What goes wrong in the middle of a meeting: a server killed, a post lost; nothing is half done."""

import threading
import time

import pytest
from django.db import connection, transaction

from admissions.core.decision import Refused
from tests.factories.meetings import body, decided, opened, proposed, seat, stated
from tests.factories.workgroups import AppointmentFactory
from tests.trail import assert_refused
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import suspend_appointment
from workgroups.meetings import rules, tally
from workgroups.meetings.enums import ItemStatus, MeetingStatus, RemarkKind
from workgroups.meetings.models import AgendaItem, Minutes, Tally
from workgroups.meetings.selectors import floor_of
from workgroups.meetings.services import decisions, sittings, supervision


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def killed_while_waiting(act, held):
    """Run `act` on a connection of its own, which the server ends while it waits for the row `held`; what it raised."""
    pids, raised = [], []

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            act()
        except Exception as error:  # the outcome under test
            raised.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        type(held).objects.select_for_update(of=("self",)).get(pk=held.pk)
        thread = threading.Thread(target=run)
        thread.start()
        _until(lambda: pids and _is_waiting(pids[0]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)
        thread.join(timeout=20)
    return raised


def _is_waiting(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [pid])
        row = cursor.fetchone()
    return bool(row and row[0])


def _until(happened, seconds=20):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
class TestServerKilled:
    def test_in_announcing_nothing_is_decided_and_it_can_be_announced_again(self):
        of = body()
        item = opened(of, proposed(of))
        for person in [*of.members, of.head]:
            stated(item, person)
        (error,) = killed_while_waiting(
            lambda: decisions.decide(actor=of.head, reason="宣布", item=fresh(item)), AgendaItem.objects.get(pk=item.pk)
        )
        assert not isinstance(error, Refused)
        assert not Tally.objects.exists()
        assert fresh(item).status == ItemStatus.COLLECTING
        record = decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
        assert tally.verify_tally(record.proof) == []

    def test_between_result_and_minutes_the_meeting_is_closed_afterwards(self):
        of = body()
        item = decided(of, proposed(of))
        supervision.give_remark(actor=of.supervisor, reason="无异议", item=item, kind=RemarkKind.NONE)
        meeting = item.meeting
        killed_while_waiting(
            lambda: sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting)), meeting
        )
        assert fresh(meeting).status == MeetingStatus.OPEN
        assert not Minutes.objects.exists()
        closed = sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting))
        assert closed.minutes.number.endswith(f"{meeting.pk:04}")


@pytest.mark.django_db
class TestPostLost:
    def lost(self, of, person):
        row = Appointment.objects.get(person=person, post__group=of.group)
        return suspend_appointment(actor=of.secretary, reason="另有任用", appointment=row)

    def test_who_loses_the_post_in_the_meeting_speaks_no_more_and_stays_counted(self):
        of = body(4)
        item = opened(of, proposed(of))
        self.lost(of, of.members[2])
        with pytest.raises(Refused, match="的任职已暂停"):
            stated(item, of.members[2])
        assert_refused("meetings.state_position", actor=of.members[2])
        for person in of.members[:2]:
            stated(item, person)
        with pytest.raises(Refused, match=of.members[2].name):
            stated(item, of.head)
        sittings.step_out(actor=of.secretary, reason="任职结束", seat=seat(item.meeting, of.members[2]))
        stated(item, of.head)
        record = decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
        assert (record.proof["computed"]["due"], record.proof["computed"]["present"]) == (4, 3)

    def test_who_joins_the_body_in_the_meeting_is_not_on_its_roll(self):
        of = body()
        item = opened(of, proposed(of))
        post = Appointment.objects.get(person=of.members[0]).post
        later = AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person
        assert "不是本次会议的成员" in rules.can_state_position(later, fresh(item)).reason
        assert floor_of(fresh(item), of.secretary).numbers["due"] == 3

    def test_the_order_of_speaking_is_shown(self):
        of = body()
        item = opened(of, proposed(of))
        stated(item, of.members[1])
        stated(item, of.members[0])
        turns = {row.seat.person_id: row.turn for row in floor_of(fresh(item), of.secretary).rows if row.seat.is_voting}
        assert turns == {of.members[1].pk: 1, of.members[0].pk: 2, of.head.pk: 0}
