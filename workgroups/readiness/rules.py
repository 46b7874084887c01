"""May X put Y on duty?"""

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import can_appoint_in, has_begun
from workgroups.appointments.selectors import post_or_office
from workgroups.duty.rules import leads_holder

from .conditions import Readiness
from .selectors import readiness

READINESS_CLAUSE = cite("house-readiness")


@in_parts
def can_put_on_duty(user: User, appointment: Appointment, state: Readiness | None = None) -> Parts:
    """The secretariat or the leader of the group, and only when readiness says yes (to a proposal it never does)."""
    yield _may_activate(user, appointment)
    waiting = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING, AppointmentStatus.SUSPENDED)
    if appointment.status not in waiting:
        word = AppointmentStatus(appointment.status).label
        yield deny(f"任职是“{word}”，不能办理上岗。", who_can="请刷新页面，按当前状态办理。")
    yield has_begun(appointment)
    yield _is_ready(state or readiness(appointment))


def _may_activate(user: User, appointment: Appointment) -> Decision:
    if appointment.person_id == user.pk:
        return deny("不能为自己办理上岗。", READINESS_CLAUSE, "请由组长或行政秘书办理。")
    office = can_appoint_in(user, appointment.post.group.season)
    return post_or_office(leads_holder(user, appointment), office)


def _is_ready(state: Readiness) -> Decision:
    if state.ok:
        return allow()
    who = "、".join(dict.fromkeys(item.who_can_fix for item in state.missing if item.who_can_fix))
    return deny(state.sentence, READINESS_CLAUSE, f"可由{who}办理。" if who else "")
