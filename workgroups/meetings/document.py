"""The minutes as data: generated from the facts, rendered for a reader without the items the reader is recused from."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from admissions.core.clock import minute_text

from .entries import entry_word
from .enums import ATTENDING, DeliberationState, PresenceKind, SeatKind
from .models import AgendaItem, Deliberation, ElectorateQuestion, Meeting, Minutes, Position, Seat
from .models.scoping import AT_THE_TABLE
from .rulings import rulings_on


def attendance(meeting: Meeting) -> dict[str, list[Seat]]:
    """出席, 请假, 列席 and 缺席, from the intervals (GB/T 9704-2012 10.3)."""
    found: dict[str, list[Seat]] = {"出席": [], "请假": [], "列席": [], "缺席": []}
    for seat in meeting.seats.prefetch_related("presences").order_by("order", "id"):
        kinds = {presence.kind for presence in seat.presences.all()}
        if kinds & set(ATTENDING):
            found["出席"].append(seat)
        elif not seat.is_voting and PresenceKind.OBSERVING in kinds:
            found["列席"].append(seat)
        elif seat.excuse:
            found["请假"].append(seat)
        elif seat.is_voting:
            found["缺席"].append(seat)
    return found


def movements(meeting: Meeting) -> list[str]:
    """Who came when, left when and why, in order."""
    rows = [
        (presence.period.lower, f"{seat.name}{presence.get_kind_display()}", presence.period.upper, presence.end_reason)
        for seat in meeting.seats.prefetch_related("presences")
        for presence in seat.presences.all()
        if not presence.period.isempty
    ]
    return [
        f"{minute_text(lower)}　{what}" + (f"，至{minute_text(upper)}" if upper else "") + (f"（{why}）" if why else "")
        for lower, what, upper, why in sorted(rows, key=lambda row: row[0])
    ]


def last_positions(item: AgendaItem, meeting: int | None = None) -> list[Position]:
    """Each member's position that counts in a sitting (key of the meeting; without one, the item's last), in the order of the roll."""
    rows = item.positions.filter(seat__meeting=meeting or item.meeting_id)
    return standing(rows.select_related("seat", "entered_by", "member_check"))


def questions_of(item: AgendaItem, meeting: int | None = None) -> list[ElectorateQuestion]:
    """What was asked of the room about its members in a sitting, with the answers."""
    rows = item.questions.filter(seat__meeting=meeting or item.meeting_id).select_related("seat", "raised_by")
    return list(rows.prefetch_related("answers__seat"))


def _question_facts(item: AgendaItem, meeting: Meeting) -> dict[str, Any]:
    """Nothing where nothing was asked: hashes of old minutes know no such key."""
    found = [
        {
            "what": str(row),
            "grounds": row.grounds,
            "answers": [
                {"name": given.seat.name, "answer": given.get_answer_display(), "text": given.text}
                for given in row.answers.all()
            ],
        }
        for row in questions_of(item, meeting.pk)
    ]
    return {"questions": found} if found else {}


def sittings_before(item: AgendaItem) -> list[tuple[Deliberation, list[Position]]]:
    """Earlier sittings in which the item was heard, each with the positions that counted there."""
    rows = item.deliberations.filter(state=DeliberationState.DEFERRED).exclude(meeting=item.meeting_id)
    return [(row, last_positions(item, row.meeting_id)) for row in rows.select_related("meeting").order_by("id")]


def standing(positions: Iterable[Position]) -> list[Position]:
    """Of positions read with their seats, the last one of each member, in the order of the roll."""
    last = {row.seat_id: row for row in sorted(positions, key=lambda row: row.pk)}
    return sorted(last.values(), key=lambda row: (row.seat.order, row.seat_id))


def facts_of_item(item: AgendaItem, meeting: Meeting, sat: Deliberation | None) -> dict[str, Any]:
    """What the minutes of a sitting say about one item; different opinions are always part of it.

    `sat` is its row in this sitting; an item from before these rows has none, and is what the item says.
    """
    decided_here = item.meeting_id == meeting.pk
    tally = getattr(item, "tally", None) if decided_here else None
    resolution = getattr(item, "resolution", None) if decided_here else None
    status, deferral = (sat.get_state_display(), sat.deferral) if sat else (item.get_status_display(), item.deferral)
    recusals = item.recusals.select_related("person")
    if tally or (sat and sat.ended_at):
        recusals = recusals.filter(at__lte=tally.decided_at if tally else sat.ended_at)
    return {
        "item": item.pk,
        "title": item.title,
        "status": status,
        "recused": [row.person.name for row in recusals],
        "result": tally.sentence if tally else deferral or status,
        "digest": tally.digest if tally else "",
        "head_reason": tally.head_reason if tally else "",
        "positions": [
            {"name": row.seat.name, "stance": row.get_stance_display(), "text": row.text, **_entry(row)}
            for row in last_positions(item, meeting.pk)
        ],
        "remarks": [
            {"name": row.seat.name, "kind": row.get_kind_display(), "text": row.text, "answer": row.answer}
            for row in item.remarks.filter(seat__meeting=meeting).select_related("seat")
        ],
        "resolution": f"{resolution.number}　{resolution.text}" if resolution else "",
        **_rulings(item),
        **_question_facts(item, meeting),
    }


def _entry(position: Position) -> dict[str, str]:
    """Minutes sealed before this was kept have no such key; their hash stays what it was."""
    word = entry_word(position)
    return {"entered": word} if word else {}


def _rulings(item: AgendaItem) -> dict[str, list[str]]:
    lines = rulings_on(item) if item.positions.filter(motions__isnull=False).exists() else []
    return {"rulings": lines} if lines else {}


def agenda_numbers(meeting: Meeting) -> dict[int, int]:
    """Key of each item → its number on the agenda: the same for everybody, whatever is withheld from whom."""
    rows = AgendaItem.objects.sat_in(meeting).values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(rows, 1)}


def to_leave_for(meeting: Meeting, reader: Any, shown: int) -> int:
    """For how many items that are not shown to the reader the reader must leave the room; none for who has no seat in it."""
    if not meeting.seats.filter(person=reader, kind__in=AT_THE_TABLE).exists():
        return 0
    return max(AgendaItem.objects.sat_in(meeting).count() - shown, 0)


def shown_to(meeting: Meeting, reader: Any) -> dict[str, Any]:
    """What a page or a paper shows one reader: `facts_of` with only the items the reader may see, each with its `number`, and
    the `extent`: what to know about the others. Nothing tells a reader who was not in the room that there are any.
    """
    visible = set(AgendaItem.objects.visible_to(reader).sat_in(meeting).values_list("pk", flat=True))
    facts = in_full(meeting)
    facts["items"] = [item for item in facts["items"] if item["item"] in visible]
    if not meeting.seats.filter(person=reader, kind__in=AT_THE_TABLE).exists():
        facts["extent"] = "议题按取得人的查阅范围列出。"
    elif left := to_leave_for(meeting, reader, len(visible)):
        facts["extent"] = f"另有{left}项议题，因取得人须回避，不在其中。"
    return facts


def in_full(meeting: Meeting) -> dict[str, Any]:
    """For the archive: `facts_of` with the number of each item, which the hash has never covered, and no `extent`."""
    facts, numbers = facts_of(meeting), agenda_numbers(meeting)
    items = [{**item, "number": numbers[item["item"]]} for item in facts["items"]]
    return {**facts, "items": items, "extent": ""}


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """Everything generated, as the hash of the minutes covers it."""
    rows = list(AgendaItem.objects.sat_in(meeting).select_related("tally", "resolution"))
    sat = {row.item_id: row for row in meeting.deliberations.all()}
    return {
        "meeting": meeting.title,
        "group": str(meeting.group),
        "place": meeting.place,
        "opened_at": minute_text(meeting.opened_at) if meeting.opened_at else "",
        "closed_at": minute_text(meeting.closed_at) if meeting.closed_at else "",
        "head": _leader(meeting),
        "attendance": {word: [_of_seat(seat) for seat in seats] for word, seats in attendance(meeting).items()},
        "movements": movements(meeting),
        "items": [facts_of_item(item, meeting, sat.get(item.pk)) for item in rows],
        "withheld": 0,  # of the whole; the hashes of old minutes cover the word
    }


def _leader(meeting: Meeting) -> str:
    """Who led: the head, or the member who led in the head's place."""
    if meeting.led_by is not None:
        return meeting.led_by.name
    return next((seat.name for seat in meeting.seats.all() if seat.kind == SeatKind.HEAD), "")


def _of_seat(seat: Seat) -> dict[str, str]:
    """Minutes sealed before designations were kept have no such key; their hash stays what it was."""
    found = {"name": seat.name, "post": seat.post, "excuse": seat.excuse}
    return {**found, "basis": seat.basis} if seat.basis else found


def designated(facts: dict[str, Any]) -> dict[str, list[str]]:
    """Document → who decided by it without belonging to the body."""
    found: dict[str, list[str]] = {}
    for rows in facts["attendance"].values():
        for row in rows:
            if row.get("basis"):
                found.setdefault(row["basis"], []).append(row["name"])
    return found


def minutes_hash(minutes: Minutes, facts: dict[str, Any]) -> str:
    """SHA-256 (hexadecimal) over the canonical JSON of facts, narrative and corrections."""
    corrections = [
        {"name": row.seat.name, "text": row.correction}
        for row in minutes.confirmations.select_related("seat").order_by("pk")
        if row.correction
    ]
    content = {"facts": facts, "narrative": minutes.narrative, "corrections": corrections}
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
