"""Carrying overdue tasks up the ladder."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from admissions.audit.commands import machine_action

from ..enums import ReminderLevel
from ..ladder import level_reached
from ..models import ResolutionTask, TaskReminder


def remind_of_overdue_tasks() -> int:
    """Record each level an overdue task of a resolution has reached, once; how many were new."""
    overdue = ResolutionTask.objects.open().select_related("resolution__item__group__season")
    return remind_up(overdue, TaskReminder, "meetings.remind_task")


def remind_up(tasks: QuerySet, reminder: type[Model], action: str) -> int:
    """Record each level the overdue ones among open tasks have reached, once; how many were new.

    Run by the timer; who is reached sees the task among the to-dos. Levels missed while the timer stood are made up.
    """
    today, reminded = timezone.localdate(), 0
    for task in tasks.filter(due_on__lt=today).prefetch_related("reminders"):
        known = {row.level for row in task.reminders.all()}
        for level in range(1, level_reached(task.due_on, today) + 1):
            if level not in known:
                _remind(task, ReminderLevel(level), reminder, action)
                reminded += 1
    return reminded


def _remind(task: Any, level: ReminderLevel, reminder: type[Model], action: str) -> None:
    with machine_action(action, "督办事项逾期", f"时限{task.due_on}，{level.label}", target=task):
        reminder(task=task, level=level, at=timezone.now()).save()
