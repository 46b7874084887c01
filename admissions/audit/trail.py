"""Writing events. Commands do it through the decorator; reads, exports and sign-ins call the functions here."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from admissions.core.people import Person, Visitor, signed_in

from .access import post_of
from .actions import Action, current_action, current_origin
from .enums import Outcome
from .inserting import insert, rows_with_event
from .ledger_text import address_text, personal_columns
from .marks import event_mark, row_marks
from .models import Event, EventQuerySet
from .naming import meant_by, named_by_paths
from .scope import TrailScope

SYSTEM_NAME = "系统"


def write_event(action: Action, outcome: Outcome, scope: TrailScope, refusal: str = "") -> UUID:
    """Insert one ledger entry for the action, with names, post and labels copied as text; its id is the action's."""
    origin = current_origin()
    target = action.target if isinstance(action.target, models.Model) else None
    values = {
        "id": action.event_id,
        "at": timezone.now(),
        "action": action.code,
        "action_label": action.label,
        "outcome": outcome.value,
        "actor_id": getattr(action.actor, "pk", None),
        "actor_name": person_name(action.actor),
        "actor_post": (action.post or post_of(action.actor, scope.group_id))[:200],
        "on_behalf_of_id": getattr(action.on_behalf_of, "pk", None),
        "on_behalf_of_name": person_name(action.on_behalf_of) if action.on_behalf_of else "",
        "target_type": target._meta.label_lower if target else "",
        "target_id": str(target.pk) if target and target.pk else "",
        "target_label": label_of(target)[:300] if target else "",
        "reason": action.reason,
        "clause": str(action.clause)[:300],
        "refusal": refusal,
        "season_id": scope.season_id,
        "season_label": scope.season_label[:100],
        "group_id": scope.group_id,
        "group_label": scope.group_label[:100],
        "person_id": scope.person_id,
        "person_label": scope.person_label[:80],
        "subjects": subjects_of(action, scope),
        "touched": action.touched,
        "details": action.details | asked_by(action),
        "origin_ip": origin.ip,
        "request_id": origin.request_id,
    }
    together = rows_with_event(action)
    values["row_marks"] = row_marks(action.written)
    values["mark"] = event_mark({**values, "origin_ip": address_text(origin.ip)}, Event.LEAF_OPEN, _personal())
    insert(Event, values, together)
    return action.event_id


@cache
def _personal() -> list[str]:
    return personal_columns(Event, Event.LEAF_OPEN, "id")


def asked_by(action: Action) -> dict[str, Any]:
    """What the entry of a machine's act keeps of whoever gave the order; a person's own act has its actor."""
    if action.asked_by is None:
        return {}
    return {"asked_by": action.asked_by.pk, "asked_by_name": person_name(action.asked_by)}


def subjects_of(action: Action, scope: TrailScope) -> list[str]:
    """Whom the entry names: also the principal, whose name stands in it."""
    principal = getattr(action.on_behalf_of, "pk", None)
    return sorted({*scope.all_subjects(), *([f"person:{principal}"] if principal else [])})


def person_name(person: Person | None) -> str:
    return SYSTEM_NAME if person is None else person.get_full_name()[:80]


def acting_name(person: Person | None) -> str:
    """The name a record keeps of who acts in the command under way: “李四（代张三）” by a principal's right."""
    action = current_action()
    principal = action.on_behalf_of if action is not None and action.actor == person else None
    return (person_name(person) + (f"（代{person_name(principal)}）" if principal else ""))[:80]


def label_of(target: Any) -> str:
    return target.trail_label() if hasattr(target, "trail_label") else str(target)


def scope_of(target: Any) -> TrailScope:
    return target.trail_scope() if hasattr(target, "trail_scope") else TrailScope()


def naming_scope(target: Any) -> TrailScope:
    """Where an entry about the record belongs, with all that hides the record itself from anybody."""
    return scope_of(target).joined(TrailScope(subjects=tuple(sorted(named_by_paths(target)))))


def searched_scope(scope: TrailScope | None, filters: dict[str, str]) -> TrailScope:
    """The scope with those whom the words of a search name."""
    return (scope or TrailScope()).joined(TrailScope(subjects=tuple(sorted(meant_by(filters.values())))))


def record_read(*, actor: Person, target: models.Model, purpose: str, label: str = "查阅") -> UUID:
    """Record that sensitive content was read; `purpose` is shown in the trail."""
    action = Action("trail.read", label, actor, purpose, target=target)
    with transaction.atomic():
        return write_event(action, Outcome.READ, naming_scope(target))


def record_look(*, actor: Person, title: str, filters: dict[str, str], scope: TrailScope | None = None) -> UUID:
    """Record that somebody with a reading right over others looked through a trail, and what for they searched.

    `scope`: of the record that the title names.
    """
    searched = "；".join(f"{label}：{value}" for label, value in filters.items())
    action = Action("trail.look", "查阅留痕", actor, f"{title}（{searched}）" if searched else title)
    action.details = {"filters": filters}
    with transaction.atomic():
        return write_event(action, Outcome.READ, searched_scope(scope, filters))


def record_export(
    *,
    actor: Person,
    name: str,
    filters: dict[str, str],
    row_count: int,
    rowset_hash: str,
    scope: TrailScope | None = None,
    purpose: str = "",
) -> UUID:
    """Record an export with its filters, number of rows and the hash of the row set; `scope`: of what the name names."""
    action = Action("trail.export", f"导出《{name}》", actor, purpose)
    action.details = {"filters": filters, "row_count": row_count, "rowset_hash": rowset_hash}
    with transaction.atomic():
        return write_event(action, Outcome.EXPORT, searched_scope(scope, filters))


def record_list_export(
    request: HttpRequest, name: str, filters: dict[str, str], row_count: int, rowset_hash: str, purpose: str
) -> None:
    """The generic list page exported its rows."""
    record_export(
        actor=signed_in(request),
        name=name,
        filters=filters,
        row_count=row_count,
        rowset_hash=rowset_hash,
        purpose=purpose,
    )


def record_sign_in(
    *, actor: Person | None, label: str, reason: str = "", details: dict[str, Any] | None = None
) -> UUID:
    """Record a login, logout, lockout or second-factor step."""
    action = Action("session.change", label, actor, reason, details=details or {})
    with transaction.atomic():
        return write_event(action, Outcome.SIGN_IN, TrailScope())


def events_visible_to(user: Visitor) -> EventQuerySet:
    """All ledger entries the user may read, the newest first."""
    return Event.objects.visible_to(user).newest_first()
