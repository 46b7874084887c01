"""Timers of the stored files."""

from celery import shared_task

from .sweeping import sweep


@shared_task(name="evidence.sweep")
def sweep_files() -> int:
    return sweep()
