"""May X write, check and seal the minutes?"""

from django.db.models import Q

from admissions.accounts.models import User
from admissions.core.decision import Decision, Parts, allow, deny, in_parts

from .enums import MinutesStatus, SeatKind
from .models import (
    Minutes,
)
from .rules import leads_or_records, seat_of


@in_parts
def can_edit_minutes(user: User, minutes: Minutes) -> Parts:
    yield leads_or_records(user, minutes.meeting)
    if minutes.status != MinutesStatus.DRAFT:
        yield deny("纪要已送核，不能再改。", who_can="可由参会人员附更正意见。")


def can_confirm_minutes(user: User, minutes: Minutes) -> Decision:
    """Whoever sat in the meeting, once."""
    seat = seat_of(user, minutes.meeting)
    if seat is None:
        return deny("您没有参加这次会议。", who_can="请由到会人员核对。")
    if minutes.status != MinutesStatus.CIRCULATED:
        return deny(
            "纪要还没有送核。" if minutes.status == MinutesStatus.DRAFT else "纪要已定稿。",
            who_can="请刷新页面查看现在的状态。",
        )
    return (
        deny("您已核对过这份纪要。", who_can="请等待其他到会人员核对。")
        if minutes.confirmations.filter(seat=seat).exists()
        else allow()
    )


@in_parts
def can_seal_minutes(user: User, minutes: Minutes) -> Parts:
    """Everybody who attended and votes or supervises has answered."""
    yield leads_or_records(user, minutes.meeting)
    if minutes.status != MinutesStatus.CIRCULATED:
        yield deny("纪要没有在核对中。", who_can="请刷新页面查看现在的状态。")
    waiting = waiting_for_minutes(minutes)
    if waiting:
        yield deny(f"还有{'、'.join(waiting)}没有核对。", who_can="请提醒其核对。")


def waiting_for_minutes(minutes: Minutes) -> list[str]:
    answered = minutes.confirmations.values("seat_id")
    kinds = (SeatKind.HEAD, SeatKind.MEMBER, SeatKind.SUPERVISOR)
    seats = minutes.meeting.seats.filter(kind__in=kinds, presences__isnull=False, excuse="").exclude(pk__in=answered)
    seats = seats.filter(Q(change__isnull=True) | Q(remarks__isnull=False))  # who was excused has nothing to confirm
    return [seat.name for seat in seats.distinct()]
