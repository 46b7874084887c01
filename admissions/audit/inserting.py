"""One prepared INSERT a ledger table: every command writes here, so the ORM builds the statement once and not each time.

History rows wait for the end of their command and travel with the event, which carries their mark: of the text of each row as
the database will write it. Where only the database knows that text it is sent ahead, and its answer tells.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from .actions import Action, Insert
from .guarding import column_of
from .ledger_text import history_arrays, history_text
from .marks import row_digest

# The database fills it in: the transaction that wrote the row.
FILLED_BY_DATABASE = "txid"


# More rows than these are sent before their event: the statement stays of a size that everybody can read in a log.
MOST_WAITING = 50


def insert(model: type[models.Model], values: Mapping[str, Any], ahead: Sequence[Insert] = ()) -> None:
    """Insert a row of these values (by attribute name) behind the rows `ahead`, at one go; no signals, no expressions."""
    rows = [*ahead, (model, _prepared_values(model, values))]
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(_prepared(model)[0] for model, _ in rows), [value for _, values in rows for value in values]
        )


def insert_with_event(model: type[models.Model], values: Mapping[str, Any], action: Action, entry: str) -> None:
    """Insert the history row before the action's event is, if nothing can take back one without the other.

    Inside an inner block, which may be rolled back alone, it is inserted at once. `entry`: how the event lists the record.
    """
    row = model, _prepared_values(model, values)
    action.touched.append(entry)
    if len(connection.savepoint_ids) != action.depth:
        action.inner.append((model, str(values["history_id"]), entry))
        _send([row], action)
        return
    action.waiting.append(row)
    if len(action.waiting) >= MOST_WAITING:
        _send(action.take_waiting(), action)


def rows_with_event(action: Action) -> list[Insert]:
    """The waiting rows whose digests are known and noted: they go with the event. The others are sent."""
    known: list[Insert] = []
    unknown: list[Insert] = []
    for model, values in action.take_waiting():
        text = history_text(model, values)
        (unknown if text is None else known).append((model, values))
        if text is not None:
            action.written[model._meta.db_table][text[0]] = row_digest(text)
    if unknown:
        _send(unknown, action)
    if action.inner:
        _forget_taken_back(action)
    return known


def _forget_taken_back(action: Action) -> None:
    """What was written in an inner block may have been rolled back with it."""
    for model in {model for model, _, _ in action.inner}:
        entries = {key: entry for of, key, entry in action.inner if of is model}
        there = model._base_manager.filter(history_id__in=list(entries)).values_list("history_id", flat=True)
        for key in set(entries) - set(map(str, there)):
            del action.written[model._meta.db_table][key]
            action.touched.remove(entries[key])
    action.inner = []


def note_written(model: type[models.Model], keys: list[UUID], action: Action) -> None:
    """The digests of history rows that came another way, read as they stand."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {history_arrays(model, 't')} FROM {table} t WHERE t.history_id = ANY(%s::uuid[])",
            [list(map(str, keys))],
        )
        action.written[model._meta.db_table].update((row[0], row_digest(row)) for row in cursor)


def _prepared_values(model: type[models.Model], values: Mapping[str, Any]) -> list[Any]:
    """Each value as its field prepares it; what is of a type the field leaves alone is not shown to the field."""
    return [
        value if type(value := values[name]) in plain else field.get_db_prep_save(value, connection)
        for name, field, plain in _prepared(model)[1]
    ]


# What these fields hold goes to the driver as it is.
PLAIN: dict[type[models.Field], type] = {
    models.CharField: str, models.TextField: str, models.SlugField: str, models.EmailField: str,
    models.UUIDField: UUID, models.BooleanField: bool, models.DateField: dt.date, models.BigIntegerField: int,
    models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.ForeignKey: int,
}  # fmt: skip


def _send(rows: list[Insert], action: Action) -> None:
    """Insert history rows in one statement, and note the digest of each as the database wrote it."""
    parts = [
        f"w{number} AS ({_prepared(model)[0]} RETURNING {number}, {history_arrays(model)})"
        for number, (model, _) in enumerate(rows)
    ]
    answers = " UNION ALL ".join(f"SELECT * FROM w{number}" for number in range(len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {answers}", [value for _, values in rows for value in values])
        for number, *row in cursor:
            action.written[rows[number][0]._meta.db_table][row[0]] = row_digest(tuple(row))


@cache
def _prepared(model: type[models.Model]) -> tuple[str, list[tuple[str, Any, frozenset[type]]]]:
    fields = [field for field in model._meta.concrete_fields if field.column != FILLED_BY_DATABASE]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column_of(field)) for field in fields)
    values = ", ".join(_placeholder(field) for field in fields)
    prepared = [(field.attname, field, _left_alone(field)) for field in fields]
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values})", prepared


def _left_alone(field: models.Field) -> frozenset[type]:
    """Types of values that this very kind of field gives to the driver unchanged; a subclass may do otherwise."""
    plain = PLAIN.get(type(field))
    return frozenset() if plain is None else frozenset({plain, type(None)})


def _placeholder(field: Any) -> str:
    """Arrays say their type; everything else is adapted by the driver."""
    return field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
