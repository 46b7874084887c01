"""The clock of what must be reported, and of what replies order."""

from celery import shared_task

from .services import duties, reminders


@shared_task(name="requests.watch")
def watch_duties() -> list[int]:
    """Every minute: open what the trail has new, record what was missed, carry overdue tasks up."""
    return [duties.open_duties(), duties.note_misses(), reminders.remind_of_overdue_reply_tasks()]
