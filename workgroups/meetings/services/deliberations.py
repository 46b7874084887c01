"""The row of an item in one sitting, kept by the commands of the item within their own action."""

from django.db.models import Max
from django.utils import timezone

from admissions.core.transitions import move

from ..enums import DELIBERATION_TRANSITIONS, DeliberationState, ItemStatus
from ..models import AgendaItem, Deliberation, Meeting
from ..proofs import electorate_of


def next_place(meeting: Meeting) -> int:
    """The next number on the agenda; what went on to another meeting keeps its own."""
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    sat = meeting.deliberations.aggregate(last=Max("order"))["last"] or 0
    return max(last, sat) + 1


def place_on_agenda(item: AgendaItem) -> Deliberation:
    """A new sitting begins anew: no rule, no electorate, no word spoken."""
    row = Deliberation(
        item=item,
        meeting=item.meeting,
        order=item.order,
        is_motion=item.is_motion,
        motion_reason=item.motion_reason,
    )
    row.full_clean()
    row.save()
    return row


def keep_earlier(item: AgendaItem) -> None:
    """Of an item deferred before these rows were kept: its sitting gets its row before it goes on to another."""
    if item.status != ItemStatus.DEFERRED or item.deliberations.filter(meeting=item.meeting_id).exists():
        return
    row = place_on_agenda(item)
    row.state, row.rule, row.opened_at = DeliberationState.DEFERRED, item.rule, item.opened_at
    row.deferral, row.ended_at = item.deferral, timezone.now()
    row.save()


def current(item: AgendaItem) -> Deliberation:
    """The row that has not ended, locked; made for an item put on its agenda before these rows were kept."""
    row = Deliberation.objects.select_for_update(of=("self",)).filter(item=item, ended_at__isnull=True).first()
    return row or place_on_agenda(item)


def open_deliberation(item: AgendaItem) -> None:
    """Freeze rule and electorate of the sitting."""
    row = current(item)
    row.state = move(DELIBERATION_TRANSITIONS, row.state, DeliberationState.COLLECTING)
    row.rule, row.opened_at, row.electorate = item.rule, item.opened_at, electorate_of(item)
    row.save()


def end_deliberation(item: AgendaItem, state: DeliberationState) -> None:
    """Nothing where the item was on no agenda."""
    if state in (DeliberationState.WITHDRAWN, DeliberationState.MOVED):
        row = Deliberation.objects.select_for_update(of=("self",)).filter(item=item, ended_at__isnull=True).first()
        if row is None:
            return
    else:
        row = current(item)
    if row.state == DeliberationState.SCHEDULED and state in (DeliberationState.DECIDED, DeliberationState.DEFERRED):
        row.state, row.rule, row.opened_at = DeliberationState.COLLECTING, item.rule, item.opened_at
    row.state = move(DELIBERATION_TRANSITIONS, row.state, state)
    row.deferral, row.ended_at = item.deferral, timezone.now()
    row.save()
