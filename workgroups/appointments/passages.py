"""A passage of an appointment from one status to another, as every command makes it."""

from typing import Any

from admissions.audit.actions import require_action
from admissions.core.transitions import move

from .enums import APPOINTMENT_TRANSITIONS, AppointmentStatus
from .models import Appointment, AppointmentPassage


def begin(appointment: Appointment, actor: Any, reason: str) -> Appointment:
    """Save a new appointment with its first passage."""
    appointment.full_clean()
    appointment.save()
    _record(appointment, "", actor, reason, "")
    return appointment


def pass_to(
    appointment: Appointment, target: AppointmentStatus, actor: Any, reason: str, clause: str = ""
) -> Appointment:
    """Move, save, and keep the passage as a row."""
    before = appointment.status
    appointment.status = move(APPOINTMENT_TRANSITIONS, before, target)
    appointment.full_clean()
    appointment.save()
    _record(appointment, before, actor, reason, clause)
    return appointment


def _record(appointment: Appointment, before: str, actor: Any, reason: str, clause: str) -> None:
    """The passage names the principal the command acts for, as the event does."""
    AppointmentPassage(
        appointment=appointment,
        from_status=before,
        to_status=appointment.status,
        actor=actor,
        on_behalf_of=require_action("任职经过").on_behalf_of,
        reason=reason,
        clause=clause,
    ).save()
