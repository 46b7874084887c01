"""Carrying overdue tasks up the ladder."""

from django.utils import timezone

from admissions.audit.commands import machine_action

from ..enums import ReminderLevel
from ..ladder import level_reached
from ..models import ResolutionTask, TaskReminder


def remind_of_overdue_tasks() -> int:
    """Record each level an overdue task has reached, once; how many were new.

    Run by the timer; who is reached sees the task among the to-dos. Levels missed while the timer stood are made up.
    """
    today, reminded = timezone.localdate(), 0
    overdue = ResolutionTask.objects.open().filter(due_on__lt=today)
    for task in overdue.select_related("resolution__item__group__season").prefetch_related("reminders"):
        known = {row.level for row in task.reminders.all()}
        for level in range(1, level_reached(task.due_on, today) + 1):
            if level not in known:
                _remind(task, ReminderLevel(level))
                reminded += 1
    return reminded


def _remind(task: ResolutionTask, level: ReminderLevel) -> None:
    with machine_action("meetings.remind_task", "督办事项逾期", f"时限{task.due_on}，{level.label}", target=task):
        TaskReminder(task=task, level=level, at=timezone.now()).save()
