"""Writing events. Commands do it through the decorator; reads, exports and sign-ins call the functions here."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from .access import post_of
from .actions import Action, current_action, current_origin
from .enums import Outcome
from .inserting import insert
from .models import Event
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
        "clause": action.clause[:300],
        "refusal": refusal,
        "season_id": scope.season_id,
        "season_label": scope.season_label[:100],
        "group_id": scope.group_id,
        "group_label": scope.group_label[:100],
        "person_id": scope.person_id,
        "person_label": scope.person_label[:80],
        "subjects": subjects_of(action, scope),
        "touched": action.touched,
        "details": action.details,
        "origin_ip": origin.ip,
        "request_id": origin.request_id,
    }
    insert(Event, values, behind=action)
    return action.event_id


def subjects_of(action: Action, scope: TrailScope) -> list[str]:
    """Whom the entry names: also the principal, whose name stands in it."""
    principal = getattr(action.on_behalf_of, "pk", None)
    return sorted({*scope.all_subjects(), *([f"person:{principal}"] if principal else [])})


def person_name(person: Any) -> str:
    return SYSTEM_NAME if person is None else person.get_full_name()[:80]


def acting_name(person: Any) -> str:
    """The name a record keeps of who acts in the command under way: “李四（代张三）” by a principal's right."""
    action = current_action()
    principal = action.on_behalf_of if action is not None and action.actor == person else None
    return (person_name(person) + (f"（代{person_name(principal)}）" if principal else ""))[:80]


def label_of(target: Any) -> str:
    return target.trail_label() if hasattr(target, "trail_label") else str(target)


def scope_of(target: Any) -> TrailScope:
    return target.trail_scope() if hasattr(target, "trail_scope") else TrailScope()


def record_read(*, actor: Any, target: models.Model, purpose: str, label: str = "查阅") -> UUID:
    """Record that sensitive content was read; `purpose` is shown in the trail."""
    action = Action("trail.read", label, actor, purpose, target=target)
    with transaction.atomic():
        return write_event(action, Outcome.READ, scope_of(target))


def record_look(*, actor: Any, title: str, filters: dict[str, str]) -> UUID:
    """Record that somebody with a reading right over others looked through a trail, and what for they searched."""
    searched = "；".join(f"{label}：{value}" for label, value in filters.items())
    action = Action("trail.look", "查阅留痕", actor, f"{title}（{searched}）" if searched else title)
    action.details = {"filters": filters}
    with transaction.atomic():
        return write_event(action, Outcome.READ, TrailScope())


def record_export(
    *,
    actor: Any,
    name: str,
    filters: dict[str, str],
    row_count: int,
    rowset_hash: str,
    scope: TrailScope | None = None,
    purpose: str = "",
) -> UUID:
    """Record an export with its filters, number of rows and the hash of the row set."""
    action = Action("trail.export", f"导出《{name}》", actor, purpose)
    action.details = {"filters": filters, "row_count": row_count, "rowset_hash": rowset_hash}
    with transaction.atomic():
        return write_event(action, Outcome.EXPORT, scope or TrailScope())


def record_list_export(
    request: Any, name: str, filters: dict[str, str], row_count: int, rowset_hash: str, purpose: str
) -> None:
    """The generic list page exported its rows."""
    record_export(
        actor=request.user, name=name, filters=filters, row_count=row_count, rowset_hash=rowset_hash, purpose=purpose
    )


def record_sign_in(*, actor: Any, label: str, reason: str = "", details: dict[str, Any] | None = None) -> UUID:
    """Record a login, logout, lockout or second-factor step."""
    action = Action("session.change", label, actor, reason, details=details or {})
    with transaction.atomic():
        return write_event(action, Outcome.SIGN_IN, TrailScope())


def events_visible_to(user: Any) -> Any:
    """All ledger entries the user may read, the newest first."""
    return Event.objects.visible_to(user).newest_first()
