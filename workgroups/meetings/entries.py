"""代录表态: how a position somebody else entered stands, for every page and paper that shows it."""

from datetime import datetime

from django.db.models import F, QuerySet

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.decision import Decision, allow, deny

from .models import AgendaItem, Position, Presence

ENTERED = cite("house-entered-position")


def is_entered(position: Position) -> bool:
    return position.entered_by_id != position.seat.person_id


def entry_state(position: Position) -> str:
    """Whether the member stands by what was entered, without the words of a dispute."""
    check = getattr(position, "member_check", None)
    if check is None:
        return "未经本人确认"
    return "本人已确认" if check.is_confirmed else "本人有异议"


def entered_between(user: User, start: datetime, end: datetime) -> QuerySet[Position]:
    """Of what the user may see: positions entered in this time, the newest first."""
    rows = Position.objects.visible_to(user).filter(at__gte=start, at__lt=end).exclude(entered_by=F("seat__person"))
    return rows.select_related("item__group", "seat", "entered_by", "member_check").order_by("-pk")


def entry_word(position: Position) -> str:
    """Who entered it and whether the member stands by it: “由许示文代录，未经本人确认”; empty for one's own word."""
    if not is_entered(position):
        return ""
    state, check = entry_state(position), getattr(position, "member_check", None)
    disputed = f"：{check.text}" if check is not None and not check.is_confirmed else ""
    return f"由{position.entered_by.name}代录，{state}{disputed}"


def superseded_entries(item: AgendaItem) -> list[Position]:
    """Entered words after which the member stated their own: they count for nothing and stay on record."""
    rows = list(item.positions.select_related("seat", "entered_by", "member_check").order_by("pk"))
    last = {row.seat_id: row.pk for row in rows}
    return [row for row in rows if is_entered(row) and last[row.seat_id] != row.pk]


def to_be_heard_again(item: AgendaItem) -> list[str]:
    """Names of members in the room whose word was entered, who disputed it and have not stated another."""
    rows = Position.objects.filter(item=item, member_check__is_confirmed=False).select_related("seat")
    disputed = list(rows.order_by("pk"))
    if not disputed:
        return []
    last = {row.seat_id: row.pk for row in Position.objects.filter(item=item).order_by("pk")}
    present = set(Presence.objects.filter(seat__meeting=item.meeting_id).attending().values_list("seat_id", flat=True))
    return [row.seat.name for row in disputed if last[row.seat_id] == row.pk and row.seat_id in present]


def nothing_disputed(item: AgendaItem) -> Decision:
    """A word that its speaker disowns decides nothing."""
    names = to_be_heard_again(item)
    if not names:
        return allow()
    return deny(f"{'、'.join(names)}对代录的表态提出异议，还没有重新表态。", ENTERED, "请本人重新表态。")
