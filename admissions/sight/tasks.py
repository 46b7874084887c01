from celery import shared_task

from .services import tidy_ended


@shared_task(name="sight.tidy")
def tidy() -> int:
    return tidy_ended()
