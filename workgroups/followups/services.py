"""Commands of 督办: give a task, report, accept or send back, hand on, take back; and the ladder of reminders."""

from datetime import date

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, machine_action
from admissions.audit.locking import lock
from admissions.audit.models import AuditedModel
from admissions.core.citations import cite
from admissions.core.transitions import move
from admissions.evidence.incoming import Incoming
from admissions.evidence.services import keep_file

from . import rules
from .enums import TASK_TRANSITIONS, ReminderLevel, TaskStatus
from .ladder import level_reached
from .models import FollowUp, FollowUpReminder
from .origins import kind_of

explain_constraint("followup_accepted_by_another", "验收人不能是责任人本人。")


@command("followups.assign", "交办督办事项", clause=cite("responsibility-3"))
def assign_task(
    *, actor: User, reason: str, origin: AuditedModel, what: str, assignee: User, acceptor: User, due_on: date
) -> FollowUp:
    """A person, a time, and somebody else who accepts the result; title and number of the origin as they are now.

    Refuses: actor may not order; what the origin ordered does not stand; the day is past; acceptor is the assignee; either
    is closed or recused, or must keep away from the other.
    """
    origin = lock(origin)
    kind = kind_of(origin)
    rules.can_assign_to(actor, origin, assignee, acceptor, due_on).require()
    task = FollowUp(
        origin=origin, origin_title=kind.title_of(origin), origin_number=kind.number_of(origin),
        group=kind.group_of(origin), what=what, assignee=assignee, acceptor=acceptor, due_on=due_on,
    )  # fmt: skip
    task.full_clean()
    task.save()
    return task


@command("followups.report", "报告督办事项办理情况", clause=cite("responsibility-3"))
def report_task(*, actor: User, reason: str, task: FollowUp, report: str, incoming: Incoming | None = None) -> FollowUp:
    """What was done, with evidence.

    Refuses: not the assignee; reported already; what ordered it does not stand.
    """
    task = lock(task)
    rules.can_report(actor, task).require()
    if incoming is not None:
        task.evidence = keep_file(actor, incoming, f"督办证据：{task.what}")
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.REPORTED)
    task.report, task.reported_at = report, timezone.now()
    task.full_clean()
    task.save()
    return task


@command("followups.accept", "验收督办事项", clause=cite("responsibility-3"), checks="followups.report")
def accept_task(*, actor: User, reason: str, task: FollowUp, is_done: bool) -> FollowUp:
    """Somebody other than who did it says that it is done, or sends it back with the reason.

    Refuses: not the acceptor; nothing reported; what ordered it does not stand.
    """
    task = lock(task)
    rules.can_accept(actor, task).require()
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.ACCEPTED if is_done else TaskStatus.OPEN)
    task.accepted_at = timezone.now() if is_done else None
    task.verdict = reason
    task.full_clean()
    task.save()
    return task


@command("followups.hand_on", "改派督办事项", clause=cite("responsibility-3"))
def hand_on_task(*, actor: User, reason: str, task: FollowUp, assignee: User, acceptor: User) -> FollowUp:
    """Others carry it out or accept it; the term stays. A new assignee reports anew.

    Refuses: actor may not order; accepted already; nobody changes; acceptor is the assignee; either is closed or recused,
    or must keep away from the other; what ordered it does not stand.
    """
    task = lock(task)
    rules.can_hand_on_to(actor, task, assignee, acceptor).require()
    if task.assignee_id != assignee.pk and task.status == TaskStatus.REPORTED:
        task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.OPEN)
    task.assignee, task.acceptor = assignee, acceptor
    task.full_clean()
    task.save()
    return task


@command("followups.retract", "收回督办事项", clause=cite("responsibility-3"))
def retract_task(*, actor: User, reason: str, task: FollowUp) -> FollowUp:
    """What ordered it was stopped and does not come back: the task is over without having been done, and stays to be read.

    Refuses: actor is not in charge of the order; accepted or taken back already; what ordered it still stands.
    """
    task = lock(task)
    rules.can_retract(actor, task).require()
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.RETRACTED)
    task.retracted_at, task.retracted_by, task.retracted_why = timezone.now(), actor, reason
    task.full_clean()
    task.save()
    return task


def remind_of_overdue_tasks() -> int:
    """Record each level the overdue tasks have reached, once; how many were new.

    Run by the timer; who is reached sees the task among the to-dos. Levels missed while the timer stood are made up.
    """
    today, reminded = timezone.localdate(), 0
    for task in FollowUp.objects.overdue(today).prefetch_related("reminders"):
        known = {row.level for row in task.reminders.all()}
        for level in range(1, level_reached(task.due_on, today) + 1):
            if level not in known:
                _remind(task, ReminderLevel(level))
                reminded += 1
    return reminded


def _remind(task: FollowUp, level: ReminderLevel) -> None:
    with machine_action("followups.remind", "督办事项逾期", f"时限{task.due_on}，{level.label}", target=task):
        FollowUpReminder(task=task, level=level, at=timezone.now()).save()
