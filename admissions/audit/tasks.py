"""Timers of the ledger, and what pages leave to the worker."""

from typing import Any

from celery import shared_task
from django.db.models import Model
from django.http import HttpRequest

from admissions.core.broker import hand_over

from . import attempts
from .actions import Origin, current_origin
from .reconcile import reconcile


@shared_task(name="audit.reconcile")
def reconcile_trail() -> int:
    return len(reconcile())


@shared_task(name="audit.note_attempt")
def note_attempt(person_id: int, label: str, key: str, ip: str | None, request_id: str) -> bool:
    return attempts.note(person_id, label, key, Origin(ip, request_id)) is not None


def note_soon(request: HttpRequest, model: type[Model], key: Any) -> None:
    """For every record that was not found, existing or not: the page's answer must not take longer for the hidden one."""
    origin = current_origin()
    told = (request.user.pk, model._meta.label_lower, str(key), origin.ip, origin.request_id)
    if not hand_over(note_attempt, *told):  # better slow than silent
        note_attempt(*told)
