"""What travels from one season to the next, and what differs between two: each capability declares its part.

Signatures, recusals and appointments never travel: their capabilities say so.
"""

from typing import Any

from django.db import models

from admissions.core.capability import Slot
from admissions.house.questions import Description, Travel


class CloneMap:
    """Old record → its copy, so that later copiers can point their foreign keys at the copies."""

    def __init__(self) -> None:
        self._copies: dict[tuple[str, int], models.Model] = {}

    def put(self, old: models.Model, new: models.Model) -> None:
        self._copies[old._meta.label_lower, old.pk] = new

    def copy_of(self, old: models.Model) -> Any:
        """The copy of a record that an earlier copier made; None where it was not copied."""
        return self._copies.get((old._meta.label_lower, old.pk))


PARTS: Slot[Travel] = Slot("travels", Travel)
DESCRIPTIONS: Slot[Description] = Slot("describes", Description)


def parts() -> list[Travel]:
    """What travels, in the order of copying."""
    return sorted(PARTS, key=lambda part: part.order)


def copy_parts(source: Any, target: Any) -> dict[str, int]:
    """Inside the clone command: run every copier; label → number of records made."""
    copies = CloneMap()
    copies.put(source, target)
    return {part.label: part.copy(source, target, copies) for part in parts()}


def facts_of(season: Any) -> dict[tuple[str, str], dict[str, str]]:
    """Everything the diff page compares, in the declared order: (kind, key) → fields."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for description in sorted(DESCRIPTIONS, key=lambda one: one.order):
        for kind, key, fields in description.describe(season):
            found[kind, key] = fields
    return found
