"""May X deputise, hand over, take over?"""

from collections.abc import Collection
from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from workgroups.appointments.enums import SERVED, RightArea, areas_of_rank
from workgroups.appointments.ground import still_holds
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import can_appoint_in, compatible
from workgroups.appointments.selectors import leads, post_or_office
from workgroups.groups.models import Post
from workgroups.recusal.prechecks import precheck as keeps_apart
from workgroups.recusal.selectors import recusal_state
from workgroups.training.selectors import training_state

from .enums import HandoverStatus
from .models import Delegation, Handover

DEPUTY_CLAUSE = cite("house-deputy")
OWN_MATTER = cite("civil-servant-76")
# A delegation may begin at the moment its form was opened, not in the past.
BACKDATING = timedelta(hours=1)


@in_parts
def can_delegate(user: User, appointment: Appointment) -> Parts:
    """The holder, the leader or the secretariat, for a post whose rights the holder has now: nothing else could be given."""
    yield _may_arrange(user, appointment)
    yield still_holds(appointment)


def _may_arrange(user: User, appointment: Appointment) -> Decision:
    """The holder in person (a deputy hands the post on to nobody), a leader, the secretariat."""
    if appointment.person_id == user.pk:
        return allow()
    return post_or_office(leads_holder(user, appointment), can_appoint_in(user, appointment.post.group.season))


def leads_holder(user: User, appointment: Appointment) -> Decision:
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


@in_parts
def can_deputise(deputy: User, appointment: Appointment, period: DateTimeTZRange) -> Parts:
    """The deputy is somebody else, active, trained, declared and cleared; nothing incompatible, nothing outside the period."""
    if deputy.pk == appointment.person_id:
        yield deny("不能由本人代自己的岗。", who_can="请选择其他人员代岗。")
    yield _inside(appointment, period)
    yield _not_backdated(period)
    yield compatible(deputy, appointment.post, period)
    yield is_fit(deputy, appointment.post)


def can_delegate_areas(appointment: Appointment, areas: Collection[str]) -> Decision:
    """At least one, and only what the post has."""
    possible = areas_of_rank(appointment.post.rank)
    if not areas:
        return deny("请至少选择一项代岗事项。")
    if set(areas) <= set(possible):
        return allow()
    names = "、".join(area.label for area in possible)
    return deny(f"{appointment.post}只能委托{names}。", who_can="请改选代岗事项。")


@in_parts
def is_fit(deputy: User, post: Post) -> Parts:
    """Asked when the delegation is made, and again whenever the deputy uses it: trained, cleared, kept apart from nobody."""
    yield is_open(deputy)
    yield keeps_apart(deputy, post)
    training = training_state(deputy, post)
    if not training.ok:
        yield deny(f"{deputy.name}不能代岗：{training.sentence}", DEPUTY_CLAUSE, "请先完成培训。")
    recusal = recusal_state(deputy, post.group.season)
    if not recusal.ok:
        yield deny(f"{deputy.name}不能代岗：回避未核清。", DEPUTY_CLAUSE, "请由回避审查员先行核清。")


def is_open(deputy: User) -> Decision:
    return allow() if deputy.is_active else deny(f"{deputy.name}的账号已停用。", who_can="请选择在用的账号。")


def _not_backdated(period: DateTimeTZRange) -> Decision:
    """Rights are given for what is to come; what was done before stays the doer's own."""
    now = timezone.now()
    if period.upper is not None and period.upper <= now:
        return deny("代岗期间已经过去。", who_can="请改代岗期间。")
    if period.lower < now - BACKDATING:
        return deny("代岗不能倒签：开始时间早于现在。", who_can="请把开始时间改为现在或以后。")
    return allow()


def _inside(appointment: Appointment, period: DateTimeTZRange) -> Decision:
    """Nobody deputises before the holder begins or after the holder has gone."""
    held = appointment.period
    if period.lower >= held.lower and (held.upper is None or period.upper <= held.upper):
        return allow()
    return deny("代岗期间超出了任职期间。", who_can="请改代岗期间，或先变更任职期间。")


@in_parts
def can_end_delegation(user: User, delegation: Delegation) -> Parts:
    """Whoever may arrange one, as long as it is not over."""
    yield _may_arrange(user, delegation.appointment)
    if delegation.is_over:
        yield deny("代岗已经结束。", who_can="需要继续代岗的，请另行安排。")


@in_parts
def can_prepare_handover(user: User, appointment: Appointment) -> Parts:
    """Whoever has been on duty leaves through a handover."""
    yield _may_arrange(user, appointment)
    if appointment.status not in SERVED:
        yield deny("未上岗的任职不必交接，可直接撤回。")


@in_parts
def can_take_over(receiver: User, appointment: Appointment) -> Parts:
    """Somebody else, who can log in and sign."""
    if receiver.pk == appointment.person_id:
        yield deny("不能移交给自己。", who_can="请选择接收人。")
    if not receiver.is_active:
        yield deny(f"{receiver.name}的账号已停用，不能接收。", who_can="请选择其他接收人。")


def can_sign_handover(user: User, handover: Handover) -> Decision:
    """Each of the two signs once, with the own password."""
    if handover.status != HandoverStatus.OPEN:
        return deny(f"交接单是“{handover.get_status_display()}”，不能再签。", who_can="请刷新页面，按当前状态办理。")
    if user.pk == handover.appointment.person_id:
        return deny("您已签字。", who_can="请等待对方签字。") if handover.given_at else allow()
    if user.pk == handover.receiver_id:
        return deny("您已签字。", who_can="请等待对方签字。") if handover.taken_at else allow()
    return deny(
        "交接单只能由移交人和接收人签字。",
        who_can=f"请由{handover.appointment.person.name}和{handover.receiver.name}签字。",
    )


@in_parts
def can_void_handover(user: User, handover: Handover) -> Parts:
    yield _may_arrange(user, handover.appointment)
    if handover.status != HandoverStatus.OPEN:
        yield deny("交接单已经结束。", who_can="需要交接的，请另编交接单。")
