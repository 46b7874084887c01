"""Going on duty: the one way, through readiness."""

from admissions.accounts.models import User
from admissions.audit.commands import command
from admissions.audit.locking import lock
from admissions.core.citations import cite
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.passages import pass_to

from . import rules


@command("appointments.activate", "办理上岗", clause=cite("house-readiness"))
def activate_appointment(*, actor: User, reason: str, appointment: Appointment) -> Appointment:
    """Put a ready person on duty, the first time or after a suspension.

    Refuses: any condition of readiness is missing (the sentence lists all of them and who can fix each); outside the
    period; oneself.
    """
    appointment = lock(appointment)
    rules.can_put_on_duty(actor, appointment).require()
    return pass_to(appointment, AppointmentStatus.ON_DUTY, actor, reason, rules.READINESS_CLAUSE)
