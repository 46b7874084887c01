"""Timers of the ledger."""

from celery import shared_task

from .reconcile import reconcile


@shared_task(name="audit.reconcile")
def reconcile_trail() -> int:
    return len(reconcile())
