"""Commands of substitution and handover."""

from collections.abc import Collection

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from workgroups.appointments.enums import RightArea, areas_of_rank
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import end

from . import rules
from .enums import HANDOVER_TRANSITIONS, HandoverStatus
from .handover_sheet import sheet
from .models import Delegation, Handover

explain_constraint("delegation_one_deputy", "这段期间已有人代岗。")
explain_constraint("handover_one_open", "这个岗位已有一份未完成的交接单。")


@command("duty.delegate", "安排代岗", clause=cite("house-deputy"))
def delegate(
    *,
    actor: User,
    reason: str,
    appointment: Appointment,
    deputy: User,
    period: DateTimeTZRange,
    scope: str = "",
    areas: Collection[str] | None = None,
) -> Delegation:
    """Let a deputy act on behalf of the holder for a time, in the areas named; without any named, in all the post has.

    Refuses: the deputy is not trained, not cleared, or holds or deputises for an incompatible post; the period has no
    end, lies in the past or leaves that of the appointment; a deputy is arranged already; an area the post has not.
    Effects: from now on, or from the beginning of the period, the deputy has these rights of the appointment.
    """
    appointment = lock(appointment)
    rules.can_delegate(actor, appointment).require()
    if period.upper is None:
        raise Refused("代岗须有截止时间。")
    rules.can_deputise(deputy, appointment, period).require()
    given = areas_of_rank(appointment.post.rank) if areas is None else areas
    rules.can_delegate_areas(appointment, given).require()
    delegation = Delegation(
        appointment=appointment,
        deputy=deputy,
        period=DateTimeTZRange(max(period.lower, timezone.now()), period.upper),
        scope=scope,
        areas=[area for area in RightArea.values if area in given],
    )
    delegation.full_clean()
    delegation.save()
    return delegation


@command("duty.end_delegation", "结束代岗", clause=cite("house-deputy"))
def end_delegation(*, actor: User, reason: str, delegation: Delegation) -> Delegation:
    """The deputy no longer acts, from now on."""
    delegation = lock(delegation)
    rules.can_end_delegation(actor, delegation).require()
    return _end(delegation)


def _end(delegation: Delegation) -> Delegation:
    now, lower = timezone.now(), delegation.period.lower
    delegation.period = DateTimeTZRange(lower, now) if lower < now else DateTimeTZRange(empty=True)
    delegation.save()
    return delegation


@command("duty.prepare_handover", "编制交接单", clause=cite("pledge-1"))
def prepare_handover(
    *, actor: User, reason: str, appointment: Appointment, receiver: User, remarks: str = ""
) -> Handover:
    """Fill the sheet from what is open; responsibility stays with the outgoing person until both have signed.

    Refuses: never on duty; an open sheet exists; handing over to oneself or to a closed account.
    """
    appointment = lock(appointment)
    rules.can_prepare_handover(actor, appointment).require()
    rules.can_take_over(receiver, appointment).require()
    handover = Handover(
        appointment=appointment, receiver=receiver, items=sheet(appointment, receiver), remarks=remarks, reason=reason
    )
    handover.full_clean()
    handover.save()
    return handover


@command("duty.sign_handover", "签署交接单", clause=cite("pledge-1"), checks="duty.prepare_handover")
def sign_handover(*, actor: User, reason: str, handover: Handover) -> Handover:
    """Sign as giver or taker; the second signature relieves the outgoing person.

    Refuses: neither of the two; signed already. Effects: with the second signature the appointment ends and every
    delegation of it.
    """
    handover = lock(handover)
    rules.can_sign_handover(actor, handover).require()
    if actor.pk == handover.appointment.person_id:
        handover.given_at = timezone.now()
    else:
        handover.taken_at = timezone.now()
    if handover.given_at and handover.taken_at:
        handover.status = move(HANDOVER_TRANSITIONS, handover.status, HandoverStatus.DONE)
        for delegation in handover.appointment.delegations.not_over().select_for_update(of=("self",)):
            _end(delegation)
        end(lock(handover.appointment), actor, f"离岗交接完成：{handover.reason}")
    handover.full_clean()
    handover.save()
    return handover


@command("duty.void_handover", "作废交接单", clause=cite("pledge-1"))
def void_handover(*, actor: User, reason: str, handover: Handover) -> Handover:
    """Nobody leaves; the sheet stays readable."""
    handover = lock(handover)
    rules.can_void_handover(actor, handover).require()
    handover.status = move(HANDOVER_TRANSITIONS, handover.status, HandoverStatus.VOID)
    handover.save()
    return handover
