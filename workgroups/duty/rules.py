"""May X deputise, hand over, take over?"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.core.decision import Decision, allow, deny, first_denial, first_yes
from workgroups.appointments.enums import SERVED, RightArea, areas_of_rank
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import can_appoint_in, compatible
from workgroups.appointments.selectors import leads, post_or_office
from workgroups.recusal.prechecks import precheck as keeps_apart
from workgroups.recusal.selectors import recusal_state
from workgroups.training.selectors import training_state

from .enums import HandoverStatus
from .models import Delegation, Handover

DEPUTY_CLAUSE = "代岗人须与被代岗位同样具备上岗条件"
OWN_MATTER = "回避：不得办理涉及本人的事项"
# A delegation may begin at the moment its form was opened, not in the past.
BACKDATING = timedelta(hours=1)


def can_delegate(user: Any, appointment: Appointment) -> Decision:
    """The holder, the leader or the secretariat, for a post on duty or suspended."""
    in_service = allow() if appointment.status in SERVED else deny("只有在岗或暂停的任职可以安排代岗。")
    frozen = deny("录取季已结束，不能再安排代岗。") if appointment.post.group.season.is_frozen else allow()
    return first_denial(_may_arrange(user, appointment), in_service, frozen)


def _may_arrange(user: Any, appointment: Appointment) -> Decision:
    """The holder in person (a deputy hands the post on to nobody), a leader, the secretariat."""
    holder = allow() if appointment.person_id == user.pk else deny("只有本人可以安排。")
    office = can_appoint_in(user, appointment.post.group.season)
    return first_yes(holder, post_or_office(leads_holder(user, appointment), office))


def leads_holder(user: Any, appointment: Appointment) -> Decision:
    """Leader of the holder's group or of one above it, by an own post or as a leader's deputy.

    Refuses: a deputy who would decide about the person stood in for; nobody does that in the person's own name.
    """
    right = leads(user, appointment.post.group, RightArea.STAFF)
    principal = right.on_behalf_of
    if principal is None or principal.person.pk != appointment.person_id:
        return right
    name = principal.person.name
    return deny(
        f"您正代{name}的岗，不能以{name}的名义办理{name}本人的事项。", OWN_MATTER, "请由上级组长或行政秘书办理。"
    )


def can_deputise(deputy: Any, appointment: Appointment, period: Any) -> Decision:
    """The deputy is somebody else, active, trained, declared and cleared; nothing incompatible, nothing outside the period."""
    return first_denial(
        deny("不能由本人代自己的岗。") if deputy.pk == appointment.person_id else allow(),
        is_open(deputy),
        _inside(appointment, period),
        _not_backdated(period),
        compatible(deputy, appointment.post, period),
        is_fit(deputy, appointment.post),
    )


def can_delegate_areas(appointment: Appointment, areas: Collection[str]) -> Decision:
    """At least one, and only what the post has."""
    possible = areas_of_rank(appointment.post.rank)
    if not areas:
        return deny("请至少选择一项代岗事项。")
    if set(areas) <= set(possible):
        return allow()
    names = "、".join(area.label for area in possible)
    return deny(f"{appointment.post}只能委托{names}。", who_can="请改选代岗事项。")


def is_fit(deputy: Any, post: Any) -> Decision:
    """Asked when the delegation is made, and again whenever the deputy uses it: trained, cleared, kept apart from nobody."""
    training = training_state(deputy, post)
    recusal = recusal_state(deputy, post.group.season)
    return first_denial(
        is_open(deputy),
        keeps_apart(deputy, post),
        allow()
        if training.ok
        else deny(f"{deputy.name}不能代岗：{training.sentence}", DEPUTY_CLAUSE, "请先完成培训。"),
        allow()
        if recusal.ok
        else deny(f"{deputy.name}不能代岗：回避未核清。", DEPUTY_CLAUSE, "请由回避审查员先行核清。"),
    )


def is_open(deputy: Any) -> Decision:
    return allow() if deputy.is_active else deny(f"{deputy.name}的账号已停用。")


def _not_backdated(period: Any) -> Decision:
    """Rights are given for what is to come; what was done before stays the doer's own."""
    now = timezone.now()
    if period.upper is not None and period.upper <= now:
        return deny("代岗期间已经过去。", who_can="请改代岗期间。")
    if period.lower < now - BACKDATING:
        return deny("代岗不能倒签：开始时间早于现在。", who_can="请把开始时间改为现在或以后。")
    return allow()


def _inside(appointment: Appointment, period: Any) -> Decision:
    """Nobody deputises before the holder begins or after the holder has gone."""
    held = appointment.period
    if period.lower >= held.lower and (held.upper is None or period.upper <= held.upper):
        return allow()
    return deny("代岗期间超出了任职期间。", who_can="请改代岗期间，或先变更任职期间。")


def can_end_delegation(user: Any, delegation: Delegation) -> Decision:
    """Whoever may arrange one, as long as it is not over."""
    over = deny("代岗已经结束。") if delegation.is_over else allow()
    return first_denial(_may_arrange(user, delegation.appointment), over)


def can_prepare_handover(user: Any, appointment: Appointment) -> Decision:
    """Whoever has been on duty leaves through a handover."""
    in_service = allow() if appointment.status in SERVED else deny("未上岗的任职不必交接，可直接撤回。")
    return first_denial(_may_arrange(user, appointment), in_service)


def can_take_over(receiver: Any, appointment: Appointment) -> Decision:
    """Somebody else, who can log in and sign."""
    return first_denial(
        deny("不能移交给自己。", who_can="请选择接收人。") if receiver.pk == appointment.person_id else allow(),
        allow()
        if receiver.is_active
        else deny(f"{receiver.name}的账号已停用，不能接收。", who_can="请选择其他接收人。"),
    )


def can_sign_handover(user: Any, handover: Handover) -> Decision:
    """Each of the two signs once, with the own password."""
    if handover.status != HandoverStatus.OPEN:
        return deny(f"交接单是“{handover.get_status_display()}”，不能再签。")
    if user.pk == handover.appointment.person_id:
        return deny("您已签字。") if handover.given_at else allow()
    if user.pk == handover.receiver_id:
        return deny("您已签字。") if handover.taken_at else allow()
    return deny(
        "交接单只能由移交人和接收人签字。",
        who_can=f"请由{handover.appointment.person.name}和{handover.receiver.name}签字。",
    )


def can_void_handover(user: Any, handover: Handover) -> Decision:
    done = allow() if handover.status == HandoverStatus.OPEN else deny("交接单已经结束。")
    return first_denial(_may_arrange(user, handover.appointment), done)
