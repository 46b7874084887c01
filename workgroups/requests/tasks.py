"""The clock of what must be reported."""

from celery import shared_task

from .services import duties


@shared_task(name="requests.watch")
def watch_duties() -> list[int]:
    """Every minute: open what the trail has new, record what was missed."""
    return [duties.open_duties(), duties.note_misses()]
