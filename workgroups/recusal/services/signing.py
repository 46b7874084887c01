"""Two signatures: how every ruling of recusal is drafted, co-signed, or returned."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import principal_id
from admissions.core.decision import Refused
from admissions.core.transitions import move

from .. import rules
from ..enums import RULING_TRANSITIONS, RulingLevel, RulingState
from ..models.signing import DoubleSigned


def sign_first(ruling: DoubleSigned, *, actor: User, reason: str, season_id: int, superior_order: str) -> DoubleSigned:
    """Fill in the first signature and the level at which the second one is due.

    Refuses: the person concerned heads the top group and no superior's order is quoted.
    """
    ruling.level = rules.ruling_level(ruling.person, season_id)
    if ruling.level == RulingLevel.SUPERIOR and not superior_order:
        raise Refused(
            "当事人是最高一级工作组的组长，其回避由上级机关指定的人员决定。", who_can="请填写上级机关指定的文号。"
        )
    ruling.superior_order = superior_order if ruling.level == RulingLevel.SUPERIOR else ""
    ruling.reason = reason
    ruling.first_officer, ruling.first_name, ruling.first_signed_at = actor, actor.name, timezone.now()
    ruling.full_clean()
    ruling.save()
    return ruling


def sign_second(ruling: DoubleSigned, *, actor: User, note: str, season_id: int) -> None:
    """Add the second signature; the ruling is effective. `ruling` is locked."""
    rules.can_cosign(actor, ruling, season_id).require()
    _finish(ruling, RulingState.SIGNED, actor, note)


def send_back(ruling: DoubleSigned, *, actor: User, note: str, season_id: int) -> None:
    """Return a pending ruling without effect. `ruling` is locked."""
    rules.can_withdraw_ruling(actor, ruling, season_id).require()
    _finish(ruling, RulingState.RETURNED, None if actor.pk == ruling.first_officer_id else actor, note)


def _finish(ruling: DoubleSigned, state: RulingState, second: User | None, note: str) -> None:
    ruling.state = move(RULING_TRANSITIONS, ruling.state, state)
    ruling.second_officer, ruling.second_name = second, second.name if second else ""
    ruling.on_behalf_of_id = principal_id("ruling") if second else None
    ruling.second_signed_at, ruling.second_note = timezone.now(), note
    ruling.full_clean()
    ruling.save()
