"""What the timer does for meetings."""

from celery import shared_task

from .services.emergencies import lapse_unratified


@shared_task(name="meetings.watch_terms")
def watch_terms() -> int:
    """Every few minutes: disposals found unratified."""
    return lapse_unratified()
