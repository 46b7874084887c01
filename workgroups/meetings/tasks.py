"""What the timer does for meetings."""

from celery import shared_task

from .services.emergencies import lapse_unratified
from .services.reminders import remind_of_overdue_tasks


@shared_task(name="meetings.watch_terms")
def watch_terms() -> tuple[int, int]:
    """Every few minutes: (disposals found unratified, reminders given)."""
    return lapse_unratified(), remind_of_overdue_tasks()
