"""Carrying overdue tasks of replies up the same ladder as those of resolutions."""

from workgroups.meetings.services.reminders import remind_up

from ..models import ReplyTask, ReplyTaskReminder


def remind_of_overdue_reply_tasks() -> int:
    """Record each level an overdue task of a standing reply has reached, once; how many were new."""
    overdue = ReplyTask.objects.open().select_related("reply__submission__group__season")
    return remind_up(overdue, ReplyTaskReminder, "requests.remind_task")
