"""Which rows of an export are shown in full; of all others it holds commitments only.

A reader's export shows the events the reader may see and the history rows those events wrote, as far as the reader sees
the record today, is not recused from it, and the row names nobody the reader is recused from. A season's pack shows the
season's events with all they wrote, besides accounts: telephone and identity numbers do not leave with a season.
"""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from admissions.audit.access import RecusedScope, recused_scope
from admissions.audit.models import AuditedModel, Event
from admissions.audit.protection import audited_models
from admissions.audit.trail import scope_of

from .enums import Disclosure
from .rebuilt_leaves import Content

# The personal part of a row all of whose columns are public: there is nothing to open.
NOTHING = "[]"


def history_table(model: type[AuditedModel]) -> str:
    return model.history.model._meta.db_table


def tables_never_shown() -> frozenset[str]:
    """Histories that hold what no timeline shows: sealed positions, answers, drafts of requests, telephone numbers."""
    return frozenset(
        history_table(model)
        for model in audited_models()
        if model.TRAIL_HIDDEN or model.MASKED_IN_TRAIL or model.history_open_to is not AuditedModel.history_open_to
    )


def tables_not_packed() -> frozenset[str]:
    """Histories that no season's pack shows: of tables that hold what is masked or does not go along."""
    return frozenset(
        history_table(model)
        for model in audited_models()
        if model.MASKED_IN_TRAIL or hasattr(model, "ARCHIVED_COLUMNS") or hasattr(model, "NOT_ARCHIVED")
    )


def hidden_for(reader: Any) -> frozenset[str]:
    return tables_not_packed() if reader.discloses == Disclosure.SEASON else tables_never_shown()


def shown_rows(reader: Any, rows: list[Content]) -> frozenset[int]:
    """Leaf numbers of the rows the export shows."""
    if reader.discloses == Disclosure.NONE:
        return frozenset()
    hidden = hidden_for(reader)
    open_rows = [row for row in rows if row.personal not in (None, NOTHING) and row.table not in hidden]
    if reader.discloses == Disclosure.ALL:
        return frozenset(row.index for row in open_rows)
    events = _shown_events(reader, open_rows)
    known = [row for row in open_rows if row.event_id in events]
    if reader.discloses == Disclosure.SEASON:
        return frozenset(row.index for row in known)
    told = [row.index for row in known if row.table == Event._meta.db_table]
    return frozenset(told) | _shown_histories(reader.person, known)


def _shown_events(reader: Any, rows: list[Content]) -> frozenset[str]:
    if reader.events is None:
        return frozenset()
    wanted = {row.event_id for row in rows if row.event_id}
    return frozenset(str(pk) for pk in reader.events.filter(pk__in=wanted).values_list("pk", flat=True))


def _shown_histories(person: Any, rows: list[Content]) -> frozenset[int]:
    """Of rows of shown events: those of records the person sees, that name nobody the person is recused from."""
    if person is None:
        return frozenset()
    by_table: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        by_table[row.table][row.row_id] = row.index
    shown: set[int] = set()
    for model in audited_models():
        places = by_table.get(history_table(model))
        if places:
            shown |= {places[str(key)] for key in _of_model(model, person, list(places))}
    return frozenset(shown)


def _of_model(model: type[AuditedModel], person: Any, row_ids: list[str]) -> Any:
    recused = recused_scope(person)
    rows = model.history.model.objects.filter(history_id__in=row_ids)
    keys = set(model.objects.visible_to(person).filter(pk__in=rows.values("id")).values_list("pk", flat=True))
    if recused.subjects():
        keys -= _recused_records(model, keys, set(recused.subjects()))
        rows = _naming_none_of(rows, model, recused)
    return rows.filter(id__in=keys).values_list("history_id", flat=True)


def _recused_records(model: type[AuditedModel], keys: set[int], subjects: set[str]) -> set[int]:
    records = model._base_manager.select_related().in_bulk(keys)
    return {pk for pk, record in records.items() if not subjects.isdisjoint(scope_of(record).all_subjects())}


def _naming_none_of(rows: Any, model: type[AuditedModel], recused: RecusedScope) -> Any:
    """An older state may have pointed to somebody whom the record does not name any more."""
    pointing = [
        Q(**{f"{field.attname}__in": keys})
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and (keys := _recused_keys(field.related_model, recused))
    ]
    if not pointing:
        return rows
    # By a subquery: a plain exclude() of an empty column would drop rows that point to nobody.
    named = model.history.model.objects.filter(reduce(or_, pointing)).values("history_id")
    return rows.exclude(history_id__in=named)


def _recused_keys(model: type[models.Model], recused: RecusedScope) -> frozenset[Any]:
    """Rows of the model that are themselves what the reader is recused from: a person, an institution."""
    kinds = [kind for kind, path in getattr(model, "RECUSAL_PATHS", {}).items() if path == "pk"]
    return frozenset().union(*(recused.keys(kind) for kind in kinds))
