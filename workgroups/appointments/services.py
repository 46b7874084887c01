"""Commands of appointments. Going on duty lies with readiness, leaving duty with the handover."""

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.audit.quoted_grounds import quote
from admissions.core.citations import cite
from admissions.core.decision import Refused
from workgroups.groups.models import Post

from . import rules
from .enums import AppointmentStatus
from .models import Appointment
from .passages import begin, pass_to

explain_constraint("appointment_once_per_post", "此人在这段期间已在本岗位任职，不能重复任命。")
explain_constraint("appointment_has_basis", "没有决议或文号的任职不能确认或上岗。")


@command("appointments.propose", "提名任职", clause=cite("responsibility-3"))
def propose_appointment(
    *,
    actor: User,
    reason: str,
    person: User,
    post: Post,
    period: DateTimeTZRange,
    kind: str = "principal",
    basis: str = "",
) -> Appointment:
    """Put a person forward for a post and a period.

    Refuses: not the secretariat; oneself; twice on the post; incompatible posts; over the headcount; a pre-check objects.
    """
    rules.can_appoint(actor, person, post, period).require()
    return begin(Appointment(person=person, post=post, period=period, kind=kind, basis=basis), actor, reason)


@command(
    "appointments.confirm",
    "确认任命",
    clause=cite("responsibility-3"),
    weight=Weight.DECISIVE,
    checks="appointments.propose",
)
def confirm_appointment(*, actor: User, reason: str, appointment: Appointment, basis: str) -> Appointment:
    """The number of the resolution or order makes the proposal an appointment that waits for readiness.

    Refuses: no number; a resolution quoted that does not carry it; not proposed any more; the actor proposed it; post, account or a pre-check objects by now.
    """
    appointment = lock(appointment)
    rules.can_confirm_appointment(actor, appointment).require()
    if not basis.strip():
        raise Refused("没有决议或文号，不能确认任命。", who_can="请填写任命所依据的决议或文号。")
    appointment.basis = quote(basis, appointment.post.group.season_id)
    return pass_to(appointment, AppointmentStatus.PENDING, actor, reason)


@command("appointments.suspend", "暂停任职", clause=cite("responsibility-3"), weight=Weight.DECISIVE)
def suspend_appointment(*, actor: User, reason: str, appointment: Appointment) -> Appointment:
    """Off duty at once, until resumed through readiness."""
    appointment = lock(appointment)
    rules.can_suspend(actor, appointment).require()
    return pass_to(appointment, AppointmentStatus.SUSPENDED, actor, reason)


@command("appointments.change_period", "变更任职期间", clause=cite("responsibility-3"), alters="已确认的任职期间")
def change_period(*, actor: User, reason: str, appointment: Appointment, period: DateTimeTZRange) -> Appointment:
    """Shorten or extend.

    Refuses: in the new period the person or the post does not fit; a new beginning lies in the past or beyond the season.
    """
    appointment = lock(appointment)
    rules.can_change_period(actor, appointment).require()
    if period.lower != appointment.period.lower:
        rules.timely(period, appointment.post.group.season).require()
    rules.fits(appointment.person, appointment.post, period, ignore=appointment.pk).require()
    appointment.period = period
    appointment.full_clean()
    appointment.save()
    return appointment


@command("appointments.withdraw", "撤回任职", clause=cite("responsibility-3"))
def withdraw_appointment(*, actor: User, reason: str, appointment: Appointment) -> Appointment:
    """End an appointment that never came on duty; the post is free from now on."""
    appointment = lock(appointment)
    rules.can_withdraw(actor, appointment).require()
    return end(appointment, actor, reason)


def end(appointment: Appointment, actor: User, reason: str, clause: str = "") -> Appointment:
    """Shared by withdrawal and handover: the period ends now at the latest."""
    now = timezone.now()
    lower, upper = appointment.period.lower, appointment.period.upper
    if upper is None or upper > now:
        appointment.period = DateTimeTZRange(lower, max(now, lower)) if now > lower else DateTimeTZRange(empty=True)
    return pass_to(appointment, AppointmentStatus.ENDED, actor, reason, clause)
