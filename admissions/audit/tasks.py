"""Timers of the ledger, and what pages leave to the worker."""

from typing import Any

import structlog
from celery import shared_task
from django.db.models import Model
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from . import attempts
from .actions import Origin, current_origin
from .reconcile import reconcile

log = structlog.get_logger(__name__)


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
    try:
        note_attempt.delay(*told)
    except (OSError, OperationalError) as error:  # without a broker better slow than silent
        log.warning("attempt noted by the web process", error=type(error).__name__)
        note_attempt(*told)
