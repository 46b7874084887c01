"""What a handover sheet lists: whatever the capabilities say the person holds."""

from typing import Any

from admissions.audit.access import recused_scope
from admissions.core.capability import Slot
from admissions.house.questions import Held, HeldItem

HANDOVER: Slot[Held] = Slot("handover", Held)


def sheet(appointment: Any, receiver: Any) -> list[dict[str, Any]]:
    """Sections of the sheet in the order of the house, also the empty ones: nothing to hand over is an answer too."""
    return [
        {"label": held.label, "items": [_line(item) for item in held.items(appointment, receiver)]} for held in HANDOVER
    ]


def readable(sections: list[dict[str, Any]], reader: Any) -> list[dict[str, Any]]:
    """The sheet for a reader: a line about something the reader is recused from is not read, but it is said that it is there."""
    hidden = set(recused_scope(reader).subjects())
    return [
        {
            "label": section["label"],
            "lines": [line for line in section["items"] if hidden.isdisjoint(line["subjects"])],
            "withheld": any(not hidden.isdisjoint(line["subjects"]) for line in section["items"]),
        }
        for section in sections
    ]


def _line(item: HeldItem) -> dict[str, Any]:
    return {"text": item.text, "url": item.url, "subjects": list(item.subjects)}
