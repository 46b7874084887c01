"""May X order, carry out, accept, hand on? Who may order and whether an order stands, its origin says.

Recusal of whoever acts and the end of the season are asked by the gate of every command, of the task and of its origin.
"""

from datetime import date

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.gate import CLAUSE, not_recused
from admissions.audit.models import AuditedModel
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.core.promises import promised
from workgroups.recusal.selectors import kept_apart

from .enums import FINAL, TaskStatus
from .models import FollowUp
from .origins import kind_of


@in_parts
def can_assign(user: User, origin: AuditedModel) -> Parts:
    """Give a task for what was resolved or replied.

    Refuses: not entitled, as the origin says; what it ordered does not stand.
    """
    kind = kind_of(origin)
    yield kind.can_order(user, origin)
    yield kind.still_stands(origin)


@in_parts
def can_assign_to(user: User, origin: AuditedModel, assignee: User, acceptor: User, due_on: date) -> Parts:
    """Give the task to these two people until this day.

    Refuses: as `can_assign`; the day is past; one and the same person; one of them is kept away from what it is about or
    closed; the acceptor and the assignee must keep away from each other.
    """
    yield can_assign(user, origin)
    yield still_to_come(due_on)
    yield fit_together(origin, assignee, acceptor)


@in_parts
def can_hand_on(user: User, task: FollowUp) -> Parts:
    """Name others for a task: whoever may order it, until it is accepted or taken back."""
    yield can_assign(user, promised(task.origin))
    if task.status in FINAL:
        yield deny(f"督办事项{task.get_status_display()}，不能改派。", who_can="需要继续办理的，请另行交办。")


@in_parts
def can_hand_on_to(user: User, task: FollowUp, assignee: User, acceptor: User) -> Parts:
    """Refuses: as `can_hand_on`; nobody changes; people who may not do it, as `can_assign_to`."""
    yield can_hand_on(user, task)
    same = (task.assignee_id, task.acceptor_id) == (assignee.pk, acceptor.pk)
    if same:
        yield deny("责任人和验收人都没有变动，不必改派。")
    yield fit_together(promised(task.origin), assignee, acceptor)


@in_parts
def can_report(user: User, task: FollowUp) -> Parts:
    """Say what was done.

    Refuses: not the assignee; reported or accepted already; what ordered it does not stand.
    """
    if task.assignee_id != user.pk:
        yield deny("督办事项由责任人报告。", who_can=f"请由{task.assignee}办理。")
    if task.status != TaskStatus.OPEN:
        yield deny(f"督办事项{task.get_status_display()}，不必再报告。")
    yield still_stands(task)


@in_parts
def can_accept(user: User, task: FollowUp) -> Parts:
    """Say that it is done, or send it back.

    Refuses: not the acceptor; nothing reported; what ordered it does not stand.
    """
    if task.acceptor_id != user.pk:
        yield deny("督办事项由验收人验收，责任人不能验收自己的事项。", who_can=f"请由{task.acceptor}办理。")
    yield is_reported(task)
    yield still_stands(task)


@in_parts
def can_retract(user: User, task: FollowUp) -> Parts:
    """Take back a task whose order was stopped and will not come back: who ordered it, or who has that post or right now.

    Refuses: not entitled, as the origin says; accepted or taken back already; what ordered it still stands.
    """
    yield task.kind.in_charge(user, promised(task.origin))
    if task.status in FINAL:
        yield deny(f"督办事项{task.get_status_display()}，不能收回。", who_can="请刷新页面，按当前状态办理。")
    if still_stands(task).ok:
        yield deny("交办的依据仍然有效，不能收回。", who_can="请由责任人报告、验收人验收；人员有变动的，可以改派。")


def is_reported(task: FollowUp) -> Decision:
    if task.status == TaskStatus.REPORTED:
        return allow()
    if task.status in FINAL:
        return deny(f"督办事项{task.get_status_display()}。", who_can="需要继续办理的，请另行交办。")
    return deny("责任人还没有报告办理情况。", who_can=f"请等待{task.assignee}报告。")


def still_stands(task: FollowUp) -> Decision:
    return task.kind.still_stands(task.origin)


def still_to_come(due_on: date) -> Decision:
    return deny("完成时限不能早于今天。", who_can="请改正完成时限。") if due_on < timezone.localdate() else allow()


@in_parts
def fit_together(origin: AuditedModel, assignee: User, acceptor: User) -> Parts:
    """Two different people, each free to do it, neither bound to keep away from the other."""
    if assignee == acceptor:
        yield deny("验收人不能是责任人本人。", who_can="请另选验收人。")
    yield may_take_part(assignee, origin)
    yield may_take_part(acceptor, origin)
    season_id = kind_of(origin).group_of(origin).season_id
    apart = kept_apart({acceptor.pk}, {assignee.pk}, season_id)
    if apart and assignee != acceptor:
        yield deny(f"{acceptor.name}与{assignee.name}之间应当回避，不能验收其承办的事项。", CLAUSE, "请另选验收人。")


@in_parts
def may_take_part(person: User, origin: AuditedModel) -> Parts:
    """Whoever carries out or accepts has an account in use and no interest in the matter (house rule; 公务员法第七十六条)."""
    if not person.is_active:
        yield deny(f"{person.name}的账号已停用，不能承办或验收。", who_can="请另选人员。")
    if not not_recused(person, origin).ok:
        yield deny(f"{person.name}对此事项负有回避义务，不能承办或验收。", CLAUSE, "请另选没有利害关系的人员。")
