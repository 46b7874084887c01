"""A passage of an appointment from one status to another, as every command makes it."""

from typing import Any

from admissions.audit import passages

from .enums import APPOINTMENT_TRANSITIONS, AppointmentStatus
from .models import Appointment, AppointmentPassage


def begin(appointment: Appointment, actor: Any, reason: str) -> Appointment:
    """Save a new appointment with its first passage."""
    return passages.begin(appointment, AppointmentPassage, actor=actor, reason=reason)


def pass_to(
    appointment: Appointment, target: AppointmentStatus, actor: Any, reason: str, clause: str = ""
) -> Appointment:
    """Move, save, and keep the passage as a row."""
    return passages.pass_to(
        appointment, target, APPOINTMENT_TRANSITIONS, AppointmentPassage, actor=actor, reason=reason, clause=clause
    )
