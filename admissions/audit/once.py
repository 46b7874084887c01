"""The key of a form is used up by the command it leads to: in the same transaction, before anything else."""

from uuid import UUID

from django.apps import apps
from django.db import connection
from django.utils import timezone

from admissions.core.once import Earlier, SubmittedBefore, take
from admissions.core.people import Person

from .actions import Action
from .models import Event, UsedForm


def use_up(action: Action) -> None:
    """Raises SubmittedBefore where another act has used the key; waits for one that is under way with it."""
    submission = take()
    if submission is None or action.actor is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {UsedForm._meta.db_table} (key, actor_id, event_id, digest, at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [submission.key, action.actor.pk, action.event_id, submission.digest, timezone.now()],
        )
        if cursor.rowcount == 0:
            raise SubmittedBefore


def earlier_submission(person: Person, key: UUID) -> Earlier | None:
    """What this person did with the form; the record only as far as the person may see it."""
    used = UsedForm.objects.filter(key=key, actor=person.pk).first()
    if used is None:
        return None
    event = Event.objects.filter(pk=used.event_id).first()
    return Earlier(used.digest, None if event is None else _seen_by(person, event))


def _seen_by(person: Person, event: Event) -> object:
    if not event.target_type:
        return None
    rows = apps.get_model(event.target_type)._default_manager
    visible = rows.visible_to(person) if hasattr(rows, "visible_to") else rows
    return visible.filter(pk=event.target_id).first()
