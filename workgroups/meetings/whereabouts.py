"""Who is where in a meeting, in words; who must be out of the room, and what the room does about it by itself."""

from collections.abc import Iterator
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.core.clock import minute_text
from admissions.core.promises import promised
from workgroups.recusal.selectors import recused_from

from .enums import IN_THE_ROOM, ItemStatus, MeetingStatus, PresenceKind
from .models import AgendaItem, Meeting, Presence, Seat

KEPT_OUT, ITEM_OVER = "审议须回避的议题", "该议题审议结束"


def end_presence(seat: Seat, now: datetime, reason: str = "") -> bool:
    """The open interval ends now, for this reason; a clock set back must not make one that ends before it begins."""
    row = seat.presences.select_for_update().filter(period__endswith__isnull=True).first()
    if row is None:
        return False
    lower = row.period.lower
    row.period, row.end_reason = DateTimeTZRange(lower, max(now, lower)), reason[:200]
    row.save()
    return True


def begin_presence(seat: Seat, kind: str, now: datetime) -> Presence:
    row = Presence(seat=seat, kind=kind, period=DateTimeTZRange(now, None))
    row.full_clean()
    row.save()
    return row


def people_kept_from(item: AgendaItem) -> set[int]:
    """Who is registered as recused from the item, and who must keep away from whom or what it names."""
    registered = set(item.recusals.values_list("person_id", flat=True))
    named = [subject for subject in item.trail_scope().subjects if not subject.startswith("item:")]
    return registered | recused_from(named, item.group.season_id)


def keeps_away_now(meeting: Meeting) -> set[int]:
    """Keys of the seats that must be out of the room now, for the item on the table."""
    item = meeting.items.filter(status=ItemStatus.COLLECTING).select_related("group").first()
    if item is None:
        return set()
    return set(meeting.seats.filter(person__in=people_kept_from(item)).values_list("pk", flat=True))


def _seats_kept_from(item: AgendaItem) -> Iterator[Seat]:
    yield from Seat.objects.filter(meeting=item.meeting_id, person__in=people_kept_from(item)).order_by("pk")


def send_out(item: AgendaItem) -> None:
    """Inside a command: whoever must keep away from the item that begins leaves the room, as 回避离场."""
    now = timezone.now()
    for seat in _seats_kept_from(item):
        row = seat.presences.filter(period__endswith__isnull=True).first()
        if row is not None and row.kind in IN_THE_ROOM:
            end_presence(seat, now, KEPT_OUT)
            begin_presence(seat, PresenceKind.RECUSED, max(now, row.period.lower))


def call_back(item: AgendaItem) -> None:
    """Inside a command: the item is over; who was out for it signs in again, because nobody is in the room unseen."""
    now = timezone.now()
    for seat in _seats_kept_from(item):
        if seat.presences.filter(period__endswith__isnull=True, kind=PresenceKind.RECUSED).exists():
            end_presence(seat, now, ITEM_OVER)


def whereabouts(meeting: Meeting) -> dict[int, str]:
    """Key of each seat that has signed in, been excused or left → where the person is now, or was to the end."""
    rows = Presence.objects.filter(seat__meeting=meeting).exclude(period__isempty=True).order_by("period", "pk")
    return {row.seat_id: _words(row, meeting) for row in rows}


def _words(row: Presence, meeting: Meeting) -> str:
    upper = row.period.upper
    stayed = meeting.status == MeetingStatus.CLOSED and upper is not None and upper >= promised(meeting.closed_at)
    if upper is None or stayed:
        return row.get_kind_display()
    if row.kind == PresenceKind.RECUSED:
        return f"{row.end_reason or '回避结束'}，待签到"
    return f"离席 {minute_text(upper)}" + (f"（{row.end_reason}）" if row.end_reason else "")
