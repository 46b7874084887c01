"""May X put Y on duty?"""

from typing import Any

from admissions.core.decision import Decision, allow, deny, first_denial
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import can_appoint_in, has_begun
from workgroups.appointments.selectors import post_or_office
from workgroups.duty.rules import leads_holder

from .conditions import Readiness
from .selectors import readiness

READINESS_CLAUSE = "上岗资格：任命、培训合格、签订承诺书、申报并核查回避，缺一不可"


def can_put_on_duty(user: Any, appointment: Appointment, state: Readiness | None = None) -> Decision:
    """The secretariat or the leader of the group, and only when readiness says yes (to a proposal it never does)."""
    waiting = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING, AppointmentStatus.SUSPENDED)
    word = AppointmentStatus(appointment.status).label
    return first_denial(
        _may_activate(user, appointment),
        allow() if appointment.status in waiting else deny(f"任职是“{word}”，不能办理上岗。"),
        has_begun(appointment),
        _is_ready(state or readiness(appointment)),
    )


def _may_activate(user: Any, appointment: Appointment) -> Decision:
    if appointment.person_id == user.pk:
        return deny("不能为自己办理上岗。", READINESS_CLAUSE, "请由组长或行政秘书办理。")
    office = can_appoint_in(user, appointment.post.group.season)
    return post_or_office(leads_holder(user, appointment), office)


def _is_ready(state: Readiness) -> Decision:
    if state.ok:
        return allow()
    who = "、".join(dict.fromkeys(item.who_can_fix for item in state.missing if item.who_can_fix))
    return deny(state.sentence, READINESS_CLAUSE, f"可由{who}办理。" if who else "")
