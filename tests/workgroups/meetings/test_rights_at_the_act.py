"""In a meeting a seat is a right as long as its ground holds: asked at each act, and said on the page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.meetings import body, convened, decided, heard, opened, proposed, seat, sign_in, sitting, stated
from tests.parts import only_missing
from tests.races import together
from tests.trail import assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import suspend_appointment
from workgroups.meetings import rules, sitting_rules
from workgroups.meetings.enums import DecisionMode, ItemStatus, MeetingStatus, Outcome, PresenceKind
from workgroups.meetings.grounds import present_without_ground, whose_ground_has_ended
from workgroups.meetings.models import AgendaItem, Meeting, Seat
from workgroups.meetings.selectors import state_token
from workgroups.meetings.services import decisions, sittings

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def again(person):
    return User.objects.get(pk=person.pk)


def held(of, person):
    return Appointment.objects.get(person=person, post__group=of.group)


def suspended(of, person):
    return suspend_appointment(actor=again(of.secretary), reason="核查", appointment=held(of, person))


def ended(of, person):
    """As if the period had run out meanwhile."""
    row = held(of, person)
    row.period = type(row.period)(row.period.lower, timezone.now())
    with setting_up():
        row.save()
    return row


def says(of, person):
    return f"{held(of, person)}的任职已暂停，暂停期间不能办理，也不能由他人代办。"


class TestTheHead:
    def test_suspended_opens_decides_and_closes_nothing(self):
        of = body(4)
        item = opened(of, proposed(of))
        for person in of.members:
            stated(item, person)
        suspended(of, of.head)
        head, item = again(of.head), fresh(item)
        for rule in (rules.can_decide, rules.can_defer, rules.can_rule_deferral):
            answer = rule(head, item)
            assert answer.reason == says(of, of.head), rule
        with pytest.raises(Refused, match="的任职已暂停"):
            decisions.decide(actor=head, reason="宣布", item=item)
        assert_refused("meetings.decide", actor=head)
        only_missing(says(of, of.head), rules.can_decide_as_head, head, item)
        assert not sitting_rules.can_close_meeting(head, fresh(item.meeting)).ok

    def test_alone_against_the_majority_decides_nothing_any_more(self):
        of = body(4)
        item = proposed(of)
        with setting_up():
            matter = item.matter
            matter.mode = DecisionMode.HEAD
            matter.save()
        item = opened(of, item)
        for person in [*of.members, of.head]:
            stated(item, person)
        suspended(of, of.head)
        with pytest.raises(Refused, match="的任职已暂停"):
            decisions.decide(
                actor=again(of.head),
                reason="宣布",
                item=fresh(item),
                head_outcome=Outcome.FAILED,
                head_reason="我说了算",
            )
        assert fresh(item).status == ItemStatus.COLLECTING

    def test_whose_period_ran_out_between_notice_and_opening_opens_nothing(self):
        of = body(3)
        meeting = convened(of, proposed(of))
        ended(of, of.head)
        answer = sitting_rules.can_open_meeting(again(of.head), fresh(meeting))
        assert "的任职期间已于" in answer.reason
        with pytest.raises(Refused, match="任职期间"):
            sittings.open_meeting(actor=again(of.head), reason="开会", meeting=meeting)
        for person in [*of.members, of.supervisor]:
            sign_in(meeting, person)
        opened_now = sittings.open_meeting(
            actor=of.secretary, reason="开会", meeting=meeting, led_by=seat(meeting, of.members[0])
        )
        assert opened_now.status == MeetingStatus.OPEN


class TestTheQuorum:
    def test_is_not_filled_by_whoever_has_no_post_any_more(self):
        of = body(4)
        item = proposed(of)
        meeting = sitting(of, item, absent=(of.members[0],))
        gone = of.members[1]
        ended(of, gone)
        item = fresh(item)
        place = Seat.objects.get(meeting=meeting, person=gone)
        assert whose_ground_has_ended(fresh(meeting)) == present_without_ground(item) == {place.pk}
        numbers = rules.has_quorum(item)
        assert (numbers.ok, "实到2人" in numbers.reason) == (False, True)
        only_missing(numbers.reason, rules.can_open_item, again(of.secretary), fresh(item))

    def test_of_a_decision_that_was_begun(self):
        of = body(4)
        item = proposed(of)
        sitting(of, item, absent=(of.members[0],))
        item = decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
        for person in [*of.members[1:], of.head]:
            stated(item, person)
        suspended(of, of.members[1])
        with pytest.raises(Refused, match="未达法定人数"):
            decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
        sittings.be_present(
            actor=of.members[0], reason="到会", seat=seat(item.meeting, of.members[0]), kind=PresenceKind.PRESENT
        )
        stated(item, of.members[0])
        stated(item, of.head)
        assert decisions.decide(actor=of.head, reason="宣布", item=fresh(item)).pk

    def test_who_left_already_is_not_taken_off_twice(self):
        of = body(4)
        item = opened(of, proposed(of))
        gone = of.members[0]
        sittings.step_out(actor=gone, reason="离席", seat=seat(item.meeting, gone))
        suspended(of, gone)
        assert present_without_ground(fresh(item)) == set()
        assert rules.has_quorum(fresh(item)).ok


class TestThePage:
    def test_says_who_counts_no_more_and_why(self, client):
        of = body(4)
        item = opened(of, proposed(of))
        meeting = fresh(item.meeting)
        before = state_token(meeting, of.secretary)
        suspended(of, of.members[0])
        assert state_token(fresh(meeting), of.secretary) != before
        client.force_login(of.secretary)
        page = client.get(reverse("meetings:one", args=[meeting.pk])).content.decode()
        assert f"出席；{says(of, of.members[0])}不计入到会人数。" in page

    def test_of_a_meeting_that_is_over_says_how_it_was(self, client):
        of = body(3)
        item = decided(of, proposed(of))
        heard(of, item)
        meeting = sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        suspended(of, of.members[0])
        client.force_login(of.secretary)
        assert "不计入到会人数" not in client.get(reverse("meetings:one", args=[meeting.pk])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_suspending_against_deciding_on_two_connections():
    """What was decided was decided by a head on duty; after the suspension nothing is decided."""
    of = body(3)
    item = opened(of, proposed(of))
    for person in [*of.members, of.head]:
        stated(item, person)
    head = again(of.head)
    assert rules.can_decide(head, fresh(item)).ok  # the page was opened before
    row = held(of, of.head)
    decided, stopped = together(
        lambda: decisions.decide(actor=head, reason="宣布", item=fresh(item)),
        lambda: suspend_appointment(actor=of.secretary, reason="核查", appointment=row),
    )
    assert not isinstance(stopped, Exception), stopped
    assert fresh(row).status == AppointmentStatus.SUSPENDED
    if isinstance(decided, Exception):
        assert "的任职已暂停" in str(decided)
        assert AgendaItem.objects.get(pk=item.pk).status == ItemStatus.COLLECTING
    else:
        assert fresh(item).tally.decided_at < fresh(row).passages.last().at
    assert Meeting.objects.filter(pk=item.meeting_id).exists()
