"""What events changed, field by field, from the histories of the records they touched."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from admissions.core.given import whole_number
from admissions.core.people import Visitor

from .access import UNPROVABLE, recused_scope
from .models import AuditedModel, Event
from .trail import scope_of

HIDDEN = {"id", "revision", "password", "id_digest", "name_sort", "name_key"}
MAX_RECORDS = 20
REMOVED = "（删去）"
RECUSED = "（须回避的对象）"

# A record touched by an event: model label, primary key, event.
Touched = tuple[str, int, UUID]


@dataclass(frozen=True)
class Change:
    """One field: label, value before and after, as people read them."""

    record: str
    field: str
    before: str
    after: str


# Beside what stands in a row that nobody can prove any more.
UNPROVEN = "（不可核）"


def changes_of(event: Event, reader: Visitor | None = None) -> list[Change]:
    """Field differences of the records the event touched, in the order they were written."""
    return changes_of_all([event], reader)[event.pk]


def changes_of_all(events: Iterable[Event], reader: Visitor | None = None) -> dict[UUID, list[Change]]:
    """Event id → its changes; the number of queries grows with the kinds of records, not with the events.

    What the reader is recused from is left out, and masked where another record points to it.
    """
    book = _Book(recused_scope(reader).subjects())
    touched = {event.pk: [(*pair, event.pk) for pair in _touched(event)[:MAX_RECORDS]] for event in events}
    book.load([entry for entries in touched.values() for entry in entries])
    return {pk: [change for entry in entries for change in book.changes(entry)] for pk, entries in touched.items()}


def field_changes(model: type[AuditedModel], earlier: Any, later: Any) -> list[Change]:
    """Differences between two history rows of one record; `earlier` None means the record is new."""
    book = _Book(())
    book.load_names([row for row in (earlier, later) if row is not None])
    return book.differences(model, earlier, later)


def _touched(event: Event) -> list[tuple[str, int]]:
    pairs = [entry.rsplit(":", 1) for entry in event.touched]
    keys = ((label, whole_number(pk)) for label, pk in pairs)
    return list(dict.fromkeys((label, key) for label, key in keys if key is not None))


class _Book:
    """History rows and names of everything a page of events needs."""

    def __init__(self, recused: Iterable[str]) -> None:
        self.recused = set(recused)
        self.rows: dict[Touched, list[Any]] = defaultdict(list)
        self.earlier: dict[tuple[str, int, int], Any] = {}
        self.names: dict[tuple[type[models.Model], Any], str] = {}
        self.secret: set[tuple[str, int]] = set()
        self.unproven: set[UUID] = set()

    def load(self, entries: list[Touched]) -> None:
        by_label: dict[str, list[Touched]] = defaultdict(list)
        for entry in entries:
            by_label[entry[0]].append(entry)
        for label, wanted in by_label.items():
            self._load_rows(label, wanted)
        self.unproven = UNPROVABLE({row.history_id for rows in self.rows.values() for row in rows})
        self.load_names([*(row for rows in self.rows.values() for row in rows), *self.earlier.values()])

    def _load_rows(self, label: str, wanted: list[Touched]) -> None:
        model = apps.get_model(label)
        history, keys = model.history.model.objects, {pk for _, pk, _ in wanted}
        for row in history.filter(id__in=keys, event_id__in={event for _, _, event in wanted}).order_by("revision"):
            self.rows[label, row.id, row.event_id].append(row)
        before = {self._before(rows[0]) for (name, _, _), rows in self.rows.items() if name == label}
        for row in history.filter(id__in=keys, revision__in=before - {0}).exclude(history_type="-"):
            self.earlier[label, row.id, row.revision] = row
        if self.recused:
            records = model._base_manager.select_related().in_bulk(keys)
            self.secret |= {(label, pk) for pk, record in records.items() if self._is_recused(record)}

    def _before(self, row: Any) -> int:
        """Each save counts the revision up by one; removing a record does not."""
        return row.revision if row.history_type == "-" else row.revision - 1

    def _is_recused(self, record: Any) -> bool:
        return not self.recused.isdisjoint(scope_of(record).all_subjects())

    def load_names(self, rows: Iterable[Any]) -> None:
        """Whatever the rows point to, as text."""
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for field in row.tracked_fields:
                value = getattr(row, field.attname)
                if field.is_relation and value is not None:
                    wanted[field.related_model].add(value)
        for model, keys in wanted.items():
            for pk, record in model._base_manager.select_related().in_bulk(keys).items():
                self.names[model, pk] = RECUSED if self.recused and self._is_recused(record) else str(record)

    def changes(self, entry: Touched) -> list[Change]:
        """Differences between the record before and after the event; a new record has nothing before."""
        label, pk, _ = entry
        rows = self.rows.get(entry)
        if not rows or (label, pk) in self.secret:
            return []
        earlier = self.earlier.get((label, pk, self._before(rows[0])))
        return self.differences(apps.get_model(label), earlier, rows[-1])

    def differences(self, model: type[AuditedModel], earlier: Any, later: Any) -> list[Change]:
        changes = []
        for field in later.tracked_fields:
            if field.name in HIDDEN or field.name in model.TRAIL_HIDDEN:
                continue
            before = self._readable(model, field, earlier) if earlier is not None else ""
            after = REMOVED if later.history_type == "-" else self._readable(model, field, later)
            if before != after:
                after += UNPROVEN if later.history_id in self.unproven else ""
                changes.append(Change(str(model._meta.verbose_name), str(field.verbose_name), before, after))
        return changes

    def _readable(self, model: type[AuditedModel], field: models.Field, row: Any) -> str:
        value = getattr(row, field.attname)
        if value is None or value == "":
            return "（空）"
        if field.name in model.MASKED_IN_TRAIL:
            return model.MASKED_IN_TRAIL[field.name](value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            words = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
            return "、".join(str(words.get(item, item)) for item in value) or "（空）"
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.related_model is not None:
            return self.names.get((field.related_model, value), f"编号{value}")
        return str(value)
