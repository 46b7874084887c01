"""From the records of an item to the plain data a tally is computed from."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from . import tally
from .enums import VOTING, SeatKind, Stance
from .models import AgendaItem, DeferralRuling, ItemRecusal, Position, Presence, Seat


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds: text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def draft_proof(item: AgendaItem, at: datetime, head_decision: dict[str, str] | None = None) -> dict[str, Any]:
    """The proof as it would stand if the item were decided at this instant, `computed` included."""
    seats = list(Seat.objects.filter(meeting=item.meeting_id, kind__in=VOTING).order_by("order", "id"))
    recused = set(ItemRecusal.objects.filter(item=item).values_list("person_id", flat=True))
    intervals: dict[int, list[list[str | None]]] = {}
    for row in Presence.objects.filter(seat__in=seats).exclude(period__isempty=True).order_by("period", "id"):
        upper = row.period.upper
        entry = [instant(row.period.lower), instant(upper) if upper else None, row.kind]
        intervals.setdefault(row.seat_id, []).append(entry)
    people = {seat.pk: seat.person_id for seat in seats}
    positions = Position.objects.filter(item=item, seat__in=seats).order_by("pk")
    cleared = DeferralRuling.objects.filter(position__item=item, position__seat__in=seats).order_by("position_id")
    proof = {
        "version": tally.VERSION,
        "item": item.pk,
        "title": item.title,
        "rule": item.rule or item.matter.as_rule(),
        "opened_at": instant(item.opened_at) if item.opened_at else None,
        "decided_at": instant(at),
        "roll": [
            {
                "person": seat.person_id,
                "name": seat.name,
                "post": seat.post,
                "head": seat.kind == SeatKind.HEAD,
                "recused": seat.person_id in recused,
                "present": intervals.get(seat.pk, []),
            }
            for seat in seats
        ],
        "positions": [
            {"seq": row.pk, "person": people[row.seat_id], "stance": row.stance, "at": instant(row.at)}
            for row in positions
        ],
        "cleared": list(cleared.values_list("position_id", flat=True)),
        "head_decision": head_decision,
    }
    return {**proof, "computed": tally.compute(proof)}


def electorate_of(item: AgendaItem) -> list[dict[str, Any]]:
    """Who decides on the item, as the roll, the recusals and the room stand now: seat, person, name, post, head, recused, present."""
    seats = {seat.person_id: seat for seat in Seat.objects.filter(meeting=item.meeting_id, kind__in=VOTING)}
    proof = draft_proof(item, timezone.now())
    return [
        {
            **{name: row[name] for name in ("person", "name", "post", "head", "recused")},
            "seat": seats[row["person"]].pk,
            "present": tally.is_present(row, proof["decided_at"]),
        }
        for row in proof["roll"]
    ]


def current_draft(item: AgendaItem) -> dict[str, Any]:
    """The proof as it would stand now; made once for each object, that is once for a page, anew behind a lock."""
    known = item.__dict__.get("_current_draft")
    if known is None:
        known = item.__dict__["_current_draft"] = draft_proof(item, timezone.now())
    return known


def names_of(proof: dict[str, Any]) -> dict[int, str]:
    return {row["person"]: row["name"] for row in proof["roll"]}


def open_deferrals(proof: dict[str, Any]) -> list[int]:
    """People whose position counts and whose 暂缓 still stands."""
    last, cleared, voters = tally.standing_positions(proof), set(proof["cleared"]), set(tally.voters_of(proof))
    return [
        person
        for person, position in last.items()
        if person in voters and position["stance"] == Stance.DEFER and position["seq"] not in cleared
    ]


def content_hash(item: AgendaItem) -> str:
    """SHA-256 over what the decision is about: title, proposal, and the newest version of each paper."""
    papers: dict[str, str] = {}
    for paper in item.papers.select_related("file").order_by("title", "version"):
        papers[paper.title] = paper.file.sha256
    content = {"title": item.title, "proposal": item.proposal, "papers": papers}
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
