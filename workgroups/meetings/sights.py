"""Sight of a meeting or of one item (授权查阅): the secretariat gives it; guests of a meeting look at it by nothing else.

A meeting is seen with its items, an item with its papers and what came of it; an item somebody must keep away from stays
hidden all the same. How members voted, their receipts and consents are not part of it.
"""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.core.decision import Decision
from admissions.sight.kinds import SightKind
from admissions.sight.selectors import live_sight
from admissions.sight.services import open_sight

from .enums import SeatKind
from .models import AgendaItem, Meeting, Minutes, Paper, Prerequisite, Presence, Resolution, Seat, SupervisorRemark

# How long after the meeting its guests may still look at it.
GUESTS = timedelta(days=30)
OF_ITEM = (Paper, Prerequisite, Resolution, SupervisorRemark)


def may_give(user: Any, record: Meeting | AgendaItem) -> Decision:
    return may(user, Permission.RUN_MEETINGS, "授权查阅会议和议题", season_id=record.group.season_id)


def meetings_of(user: Any) -> QuerySet:
    return Meeting.objects.all() if has_permission(user, Permission.RUN_MEETINGS) else Meeting.objects.none()


def items_of(user: Any) -> QuerySet:
    return AgendaItem.objects.all() if has_permission(user, Permission.RUN_MEETINGS) else AgendaItem.objects.none()


def meeting_url(meeting: Meeting) -> str:
    return reverse("meetings:one", args=[meeting.pk])


def item_url(item: AgendaItem) -> str:
    return reverse("meetings:item", args=[item.pk])


def open_to_guests(actor: Any, meeting: Meeting) -> None:
    """Inside a command: who was invited to sit in looks at the meeting until a month after it."""
    until = max(meeting.starts_at, timezone.now()) + GUESTS
    guests = meeting.seats.filter(kind=SeatKind.OBSERVER).exclude(person=actor).select_related("person")
    for seat in guests:
        if live_sight(seat.person, meeting) is None:
            basis = f"{meeting}参会名单"[:200]
            open_sight(actor, meeting, seat.person, purpose="列席会议", basis=basis, until=until)


MEETINGS = SightKind(
    model=Meeting,
    label="会议",
    answers_for=may_give,
    run_by=meetings_of,
    covers=(
        (Seat, "meeting"),
        (Presence, "seat__meeting"),
        (Minutes, "meeting"),
        (AgendaItem, "meeting"),
        *((part, "item__meeting") for part in OF_ITEM),
    ),
    opens_trail=False,
    url=meeting_url,
)
ITEMS = SightKind(
    model=AgendaItem,
    label="议题",
    answers_for=may_give,
    run_by=items_of,
    covers=tuple((part, "item") for part in OF_ITEM),
    opens_trail=False,
    url=item_url,
)
