"""What the timer does for 督办."""

from celery import shared_task

from .services import remind_of_overdue_tasks


@shared_task(name="followups.watch")
def watch_follow_ups() -> int:
    """Every few minutes: carry overdue tasks up the ladder; how many reminders were new."""
    return remind_of_overdue_tasks()
