"""Attempts at records that are hidden from the person: the page answers like nothing, supervision learns of it (#19, #53).

The record's existence is looked up here, in the worker, never before the page has answered (docs/decisions/0082).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.utils import timezone

from admissions.core.people import Person

from .access import recused_scope
from .actions import Action, Origin, coming_from
from .commands import register_action
from .enums import HIDDEN, Outcome
from .models import Event
from .scope import TrailScope
from .trail import naming_scope, write_event

LABEL = "查看不对其开放的记录"
# Loading the page again within this span is the same attempt.
SAME_ATTEMPT = timedelta(minutes=5)
ANSWERED = "页面按没有这条记录答复。"
register_action(HIDDEN, LABEL)


def note(person_id: int, label: str, key: str, origin: Origin) -> UUID | None:
    """Write the entry, once per person, record and span; nothing for what does not exist or is open to the person."""
    model, person = apps.get_model(label), get_user_model()._base_manager.get(pk=person_id)
    record = model._base_manager.filter(pk=key).first()
    if record is None or _rows(model).visible_to(person).filter(pk=key).exists():
        return None
    with coming_from(origin), transaction.atomic():
        _one_at_a_time(f"{person_id}:{label}:{key}")
        if _noted_already(person, record):
            return None
        scope = naming_scope(record)
        recused = _is_recused(person, record, scope)
        action = Action(HIDDEN, LABEL, person, "", target=record, details={"recused": recused})
        why = "本人应当回避，" if recused else "不在本人的职责范围，"
        return write_event(action, Outcome.REFUSED, scope, refusal=why + ANSWERED)


def _rows(model: type[models.Model]) -> Any:
    return model._default_manager


def _one_at_a_time(what: str) -> None:
    """Two workers with the same attempt wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _noted_already(person: Person, record: models.Model) -> bool:
    since = timezone.now() - SAME_ATTEMPT
    return Event.objects.of_target(record).filter(action=HIDDEN, actor_id=person.pk, at__gt=since).exists()


def _is_recused(person: Person, record: models.Model, scope: TrailScope) -> bool:
    """In scope, and hidden all the same; or it names what the person must keep away from, whoever else may see it."""
    if not set(scope.all_subjects()).isdisjoint(recused_scope(person).subjects()):
        return True
    rows = _rows(type(record)).all()
    return hasattr(rows, "open_to") and rows.open_to(person).filter(pk=record.pk).exists()
