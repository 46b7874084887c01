"""Commands of a meeting: roll, notice, presence, opening, closing."""

import secrets
from datetime import datetime

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.audit.quoted_grounds import quote
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.promises import promised
from admissions.core.transitions import move
from workgroups.appointments.models import Appointment
from workgroups.groups.enums import PostRank
from workgroups.groups.models import WorkGroup

from .. import rules, sitting_rules
from ..enums import (
    IN_THE_ROOM,
    MEETING_TRANSITIONS,
    DeliberationState,
    ItemStatus,
    MeetingStatus,
    PresenceKind,
    SeatKind,
)
from ..models import Meeting, Minutes, Presence, Seat
from ..sights import open_to_guests
from ..whereabouts import begin_presence, end_presence
from .deliberations import end_deliberation

explain_constraint("presence_one_at_a_time", "此人已登记到会情况，请刷新页面。")
explain_constraint("seat_once", "此人已在参会名单中。")
explain_constraint("seat_one_head", "一次会议只有一名主要负责人。")
explain_constraint("item_one_at_a_time", "会议正在审议另一项议题，请先作出决定或暂缓。")


@command("meetings.prepare", "筹备会议", clause=cite("meeting-1"))
def prepare_meeting(
    *, actor: User, reason: str, group: WorkGroup, title: str, place: str, starts_at: datetime
) -> Meeting:
    """A meeting of a body, with everybody on duty in the body on its roll; the leader is its head.

    Refuses: actor does not run meetings of the season; the title is taken; the hour is past.
    """
    rules.can_run_meetings(actor, group.season).require()
    if starts_at <= timezone.now():
        raise Refused("开始时间须在现在之后。")
    meeting = Meeting(group=group, title=title, place=place, starts_at=starts_at)
    meeting.full_clean()
    meeting.save()
    head = False
    rows = Appointment.objects.in_force().filter(post__group=group).select_related("person", "post__group")
    for order, row in enumerate(rows.order_by("post__order", "id"), 1):
        leads = row.post.rank == PostRank.LEADER and not head
        head = head or leads
        if not meeting.seats.filter(person=row.person).exists():
            _seat(meeting, row.person, SeatKind.HEAD if leads else SeatKind.MEMBER, order, row).save()
    return meeting


def _seat(meeting: Meeting, person: User, kind: str, order: int, appointment: Appointment | None) -> Seat:
    post = str(appointment.post) if appointment else person.title
    belongs = appointment if appointment and appointment.post.group_id == meeting.group_id else None
    seat = Seat(
        meeting=meeting, person=person, kind=kind, order=order, name=person.name, post=post, appointment=belongs
    )
    seat.full_clean()
    return seat


@command("meetings.invite", "加入参会名单", clause=cite("meeting-1"))
def invite(*, actor: User, reason: str, meeting: Meeting, person: User, kind: str, basis: str = "") -> Seat:
    """Put somebody on the roll, in what capacity.

    `basis`: the document by which the superior designated somebody who decides without belonging to the body.
    Refuses: notice has gone out; already on the roll; a second head; who does not belong to the body would decide
    without a document, the document quoted carries nothing, or they keep away from a member.
    """
    meeting = lock(meeting)
    sitting_rules.can_prepare_meeting(actor, meeting).require()
    rows = Appointment.objects.in_force().filter(person=person).select_related("post__group")
    row = rows.filter(post__group=meeting.group_id).first() or rows.first()
    seat = _seat(meeting, person, kind, meeting.seats.count() + 1, row)
    sitting_rules.may_decide_in(seat, basis).require()
    if seat.is_voting and seat.appointment is None:
        seat.basis = quote(basis, meeting.group.season_id)
    seat.full_clean()
    seat.save()
    return seat


@command("meetings.uninvite", "移出参会名单", clause=cite("meeting-1"))
def uninvite(*, actor: User, reason: str, seat: Seat) -> Meeting:
    """Take somebody off the roll before notice goes out."""
    meeting = lock(seat.meeting)
    sitting_rules.can_prepare_meeting(actor, meeting).require()
    seat.delete()
    return meeting


@command("meetings.convene", "发出会议通知", clause=cite("meeting-1"))
def convene(*, actor: User, reason: str, meeting: Meeting) -> Meeting:
    """From now on the roll is fixed, and those on it see the meeting, its items and papers.

    Refuses: no head, no members, no supervisor on the roll, one who may not supervise; no item; too late for an item.
    Effects: guests are given sight of the meeting until a month after it.
    """
    meeting = lock(meeting)
    sitting_rules.can_convene(actor, meeting).require()
    meeting.status = move(MEETING_TRANSITIONS, meeting.status, MeetingStatus.CONVENED)
    meeting.convened_at = timezone.now()
    meeting.save()
    open_to_guests(actor, meeting)
    return meeting


@command("meetings.cancel", "取消会议", clause=cite("meeting-1"))
def cancel_meeting(*, actor: User, reason: str, meeting: Meeting) -> Meeting:
    """Its items go back to where they were before they were put on the agenda."""
    meeting = lock(meeting)
    sitting_rules.can_cancel_meeting(actor, meeting).require()
    meeting.status = move(MEETING_TRANSITIONS, meeting.status, MeetingStatus.CANCELLED)
    meeting.save()
    for item in meeting.items.filter(status=ItemStatus.SCHEDULED).select_for_update():
        item.status, item.meeting, item.order = ItemStatus.PROPOSED, None, 0
        item.save()
        end_deliberation(item, DeliberationState.MOVED)
    return meeting


@command("meetings.open", "宣布开会", clause=cite("meeting-1"))
def open_meeting(
    *, actor: User, reason: str, meeting: Meeting, led_by: Seat | None = None, early_reason: str = ""
) -> Meeting:
    """Items can be opened from now on; each asks for its own quorum. Who signed in long before is not in the room.

    Refuses: no notice went out; actor neither leads nor records it; fewer than half of the members there; nobody
    leads; before its time without a reason, or too soon after the notice for an item.
    """
    meeting = lock(meeting)
    sitting_rules.can_open_meeting(actor, meeting).require()
    sitting_rules.opens_properly(meeting, led_by, early_reason).require()
    now = timezone.now()
    _end_earlier(meeting, now)
    meeting.early_reason = early_reason if sitting_rules.is_early(meeting) else ""
    meeting.led_by = None if sitting_rules.head_is_in_the_room(meeting) else led_by
    meeting.status = move(MEETING_TRANSITIONS, meeting.status, MeetingStatus.OPEN)
    meeting.opened_at = now
    meeting.full_clean()
    meeting.save()
    return meeting


def _end_earlier(meeting: Meeting, now: datetime) -> None:
    """Days-old sign-ins end here: only who came for this opening is in the room."""
    since = sitting_rules.present_since(meeting)
    early = Presence.objects.filter(
        seat__meeting=meeting, kind__in=IN_THE_ROOM, period__endswith__isnull=True, period__startswith__lt=since
    )
    for seat in meeting.seats.filter(pk__in=early.values("seat")).select_for_update():
        end_presence(seat, now, "签到过早，开会时须重新签到")


@command("meetings.be_present", "登记到会情况", clause=cite("meeting-1"))
def be_present(*, actor: User, reason: str, seat: Seat, kind: str) -> Presence:
    """Sign in, by video, as observer, or leave because of a recusal: the interval before ends now, a new one begins.

    Refuses: not one's own seat; an observer who signs in as a member; too early; the meeting is over; what is on the
    table is withheld from the person.
    """
    seat = lock(seat)
    sitting_rules.can_sign_in(actor, seat, kind).require()
    if kind in (PresenceKind.PRESENT, PresenceKind.VIDEO) and not seat.is_voting:
        kind = PresenceKind.OBSERVING
    now = timezone.now()
    away = kind not in IN_THE_ROOM
    end_presence(seat, now, reason if away else "")
    if kind == PresenceKind.EXCUSED:
        seat.excuse = reason[:200]
    elif seat.excuse:
        seat.excuse = ""
    seat.save()
    return begin_presence(seat, kind, now)


@command("meetings.step_out", "离席", clause=cite("meeting-1"))
def step_out(*, actor: User, reason: str, seat: Seat) -> Seat:
    """The interval ends and keeps its reason; who has left counts neither for the quorum nor for the result.

    Refuses: not one's own seat; not in the room.
    """
    seat = lock(seat)
    sitting_rules.can_step_out(actor, seat).require()
    end_presence(seat, timezone.now(), reason)
    return seat


@command("meetings.close", "宣布闭会", clause=cite("meeting-1"), weight=Weight.BINDING)
def close_meeting(*, actor: User, reason: str, meeting: Meeting) -> Meeting:
    """Everybody leaves, the minutes are begun from the facts.

    Refuses: an item has no conclusion; a supervisor in the room has said nothing on an item.
    """
    meeting = lock(meeting)
    sitting_rules.can_close_meeting(actor, meeting).require()
    meeting.status = move(MEETING_TRANSITIONS, meeting.status, MeetingStatus.CLOSED)
    now = timezone.now()
    meeting.closed_at = max(now, promised(meeting.opened_at))
    meeting.save()
    for seat in meeting.seats.select_for_update():
        end_presence(seat, now)
    code = f"JY-{timezone.localdate():%Y}-{meeting.pk:04}"
    Minutes(meeting=meeting, number=code, code=secrets.token_hex(6)).save()
    return meeting
