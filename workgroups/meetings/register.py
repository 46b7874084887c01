"""决策登记册 (#44): what a body decided in a season as one file for the superior's supervision system.

The form is described in `docs/decision-register.md`; a change of it is a new `schema`.
"""

import hashlib
import json
from typing import Any

from django.utils import timezone

from admissions.audit.models import Event

from .document import standing
from .models import AgendaItem, DecisionMatter, Meeting, Position
from .proofs import instant

SCHEMA = "decision-register/2"


def register_of(reader: Any, season: Any) -> dict[str, Any]:
    """Everything the reader may see; positions only of decided items. `digest` covers all the rest."""
    meetings = Meeting.objects.visible_to(reader).of_season(season).select_related("group")
    items = (
        AgendaItem.objects.visible_to(reader)
        .of_season(season)
        .select_related("matter", "group", "proposer", "presenter", "tally", "resolution")
        .prefetch_related(
            "positions__seat",
            "remarks__seat",
            "deliberations__meeting",
            "resolution__tasks__assignee",
            "resolution__tasks__acceptor",
        )
        .order_by("id")
    )
    last = Event.objects.order_by("-at", "-id").values_list("pk", flat=True).first()
    body = {
        "schema": SCHEMA,
        "season": {"id": season.pk, "name": season.name, "year": season.year},
        "taken_at": instant(timezone.now()),
        "checkpoint": str(last) if last else "",
        "matters": [_matter(matter) for matter in DecisionMatter.objects.prefetch_related("listed_actions")],
        "meetings": [_meeting(meeting) for meeting in meetings.prefetch_related("seats").order_by("starts_at", "id")],
        "items": [_item(item) for item in items],
    }
    return {**body, "digest": digest_of(body)}


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256, hexadecimal, over the body without `digest` as JSON in UTF-8: keys sorted, no spaces."""
    body = {key: value for key, value in body.items() if key != "digest"}
    return hashlib.sha256(
        json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _matter(matter: DecisionMatter) -> dict[str, Any]:
    return {
        **matter.as_rule(),
        "name": matter.name,
        "body": matter.body,
        "prerequisites": matter.prerequisites,
        "actions": matter.actions(),
        "retired": matter.is_retired,
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.pk,
        "title": meeting.title,
        "body": str(meeting.group),
        "status": meeting.status,
        "opened_at": _moment(meeting.opened_at),
        "closed_at": _moment(meeting.closed_at),
        "roll": [{"name": seat.name, "post": seat.post, "kind": seat.kind} for seat in meeting.seats.all()],
    }


def _item(item: AgendaItem) -> dict[str, Any]:
    tally, resolution = getattr(item, "tally", None), getattr(item, "resolution", None)
    return {
        "id": item.pk,
        "meeting": item.meeting_id,
        "matter": item.matter.code,
        "title": item.title,
        "status": item.status,
        "proposer": item.proposer.name,
        "presenter": item.presenter.name,
        "reconsiders": item.reconsiders_id,
        "outcome": tally.outcome if tally else None,
        "sentence": tally.sentence if tally else "",
        "proof": tally.digest if tally else "",
        "decided_at": _moment(tally.decided_at) if tally else None,
        "positions": [
            {"name": row.seat.name, "stance": row.stance, "text": row.text, "at": instant(row.at)}
            for row in (standing(_of_sitting(item)) if tally else ())
        ],
        "opinions": [
            {"name": row.seat.name, "kind": row.kind, "text": row.text, "answer": row.answer, "settled": row.is_settled}
            for row in item.remarks.all()
        ],
        "sittings": [
            {"meeting": row.meeting_id, "state": row.state, "deferral": row.deferral, "ended_at": _moment(row.ended_at)}
            for row in item.deliberations.all()
        ],
        "resolution": {
            "number": resolution.number,
            "text": resolution.text,
            "content_hash": resolution.content_hash,
            "tasks": [
                {
                    "what": task.what,
                    "assignee": task.assignee.name,
                    "acceptor": task.acceptor.name,
                    "due_on": task.due_on.isoformat(),
                    "status": task.status,
                    "accepted_at": _moment(task.accepted_at),
                }
                for task in resolution.tasks.all()
            ],
        }
        if resolution
        else None,
    }


def _of_sitting(item: AgendaItem) -> list[Position]:
    """Positions of the sitting that decided, of those read with the item."""
    return [row for row in item.positions.all() if row.seat.meeting_id == item.meeting_id]


def _moment(moment: Any) -> str | None:
    return instant(moment) if moment else None
