"""Commands of positions that somebody else enters: enter, confirm, dispute."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused

from .. import entry_rules
from ..enums import NEEDS_TEXT, Stance
from ..models import AgendaItem, Position, PositionCheck, Seat

explain_unique(PositionCheck, "position", "您已答复过这一代录，请刷新页面。")


def append_position(actor: User, item: AgendaItem, seat: Seat, stance: str, text: str) -> Position:
    """Inside a command that has asked for the right."""
    if stance in NEEDS_TEXT and not text.strip():
        raise Refused(NEEDS_TEXT[Stance(stance)])
    position = Position(item=item, seat=seat, stance=stance, text=text, at=timezone.now(), entered_by=actor)
    position.clean_fields(exclude=["item", "seat", "entered_by"])  # rows in hand; the database keeps the references
    position.save()
    return position


@command("meetings.enter_position", "代录表态", clause=cite("house-entered-position"), weight=Weight.BINDING)
def enter_position(*, actor: User, reason: str, item: AgendaItem, seat: Seat, stance: str, text: str = "") -> Position:
    """Write down what a member in the room says; it is marked wherever it is shown until the member confirms it.

    Refuses: actor is the head, or neither records nor runs the meeting; the member is the head or the actor, away,
    recused, or has stated a position already.
    """
    seat = lock(seat)
    entry_rules.can_enter_position(actor, item, seat).require()
    return append_position(actor, item, seat, stance, text)


@command("meetings.confirm_position", "确认代录的表态", clause=cite("house-entered-position"))
def confirm_position(*, actor: User, reason: str, position: Position) -> PositionCheck:
    """Yes, I said so. Refuses: not whose word it is; their own entry; answered already."""
    return _checked(actor, position, True, "")


@command(
    "meetings.dispute_position", "对代录的表态提出异议", clause=cite("house-entered-position"), weight=Weight.BINDING
)
def dispute_position(*, actor: User, reason: str, position: Position) -> PositionCheck:
    """No, or not so; the entered word stays on record, and nothing is decided until the member has stated their own.

    Refuses: not whose word it is; their own entry; answered already.
    """
    return _checked(actor, position, False, reason)


def _checked(actor: User, position: Position, is_confirmed: bool, text: str) -> PositionCheck:
    lock(position.item)
    entry_rules.can_check_position(actor, position).require()
    check = PositionCheck(position=position, is_confirmed=is_confirmed, text=text, at=timezone.now())
    check.full_clean()
    check.save()
    return check
