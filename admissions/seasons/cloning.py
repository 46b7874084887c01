"""What travels from one season to the next, and what differs between two: apps above register their part.

Signatures, recusals and appointments never travel, because nobody registers them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


class CloneMap:
    """Old record → its copy, so that later copiers can point their foreign keys at the copies."""

    def __init__(self) -> None:
        self._copies: dict[tuple[str, int], models.Model] = {}

    def put(self, old: models.Model, new: models.Model) -> None:
        self._copies[old._meta.label_lower, old.pk] = new

    def copy_of(self, old: models.Model) -> Any:
        """The copy of a record that an earlier copier made; None where it was not copied."""
        return self._copies.get((old._meta.label_lower, old.pk))


# (source season, new season, map of copies so far) → number of records made; runs inside the clone command.
Copier = Callable[[Any, Any, CloneMap], int]
# season → (kind in words, key that stays the same from year to year, field label → value in words)
Describer = Callable[[Any], Iterable[tuple[str, str, dict[str, str]]]]


@dataclass(frozen=True)
class Part:
    """One kind of record that is copied: its name, its place in the order, how it is copied."""

    label: str
    order: int
    copy: Copier


_parts: list[Part] = []
_describers: list[tuple[int, Describer]] = []


def register(label: str, order: int, copier: Copier) -> None:
    """Let a kind of record travel to the next season; lower `order` is copied first."""
    _parts.append(Part(label, order, copier))


def register_description(order: int, describe: Describer) -> None:
    """Let the diff page show a kind of record."""
    _describers.append((order, describe))


def parts() -> list[Part]:
    """What travels, in the order of copying."""
    return sorted(_parts, key=lambda part: part.order)


def copy_parts(source: Any, target: Any) -> dict[str, int]:
    """Inside the clone command: run every copier; label → number of records made."""
    copies = CloneMap()
    copies.put(source, target)
    return {part.label: part.copy(source, target, copies) for part in parts()}


def facts_of(season: Any) -> dict[tuple[str, str], dict[str, str]]:
    """Everything the diff page compares, in the registered order: (kind, key) → fields."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for _, describe in sorted(_describers, key=lambda pair: pair[0]):
        for kind, key, fields in describe(season):
            found[kind, key] = fields
    return found
