"""One prepared INSERT a ledger table: every command writes here, so the ORM builds the statement once and not each time.

History rows wait for their event and are sent together with it: one way to the server less for each of them.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from .actions import Action, Insert

# The database fills it in: the transaction that wrote the row.
FILLED_BY_DATABASE = "txid"


# More rows than these are sent before their event: the statement stays of a size that everybody can read in a log.
MOST_WAITING = 50


def insert(model: type[models.Model], values: Mapping[str, Any], behind: Action | None = None) -> None:
    """Insert a row of these values (by attribute name), no signals, no expressions; behind what waits for it."""
    waiting = [] if behind is None else behind.take_waiting()
    _send([*waiting, _insert_of(model, values)])


def insert_with_event(model: type[models.Model], values: Mapping[str, Any], action: Action) -> None:
    """Insert the row when the action's event is inserted, if nothing can take back one without the other.

    Inside an inner block, which may be rolled back alone, it is inserted at once.
    """
    row = _insert_of(model, values)
    if len(connection.savepoint_ids) != action.depth:
        _send([row])
        return
    action.waiting.append(row)
    if len(action.waiting) >= MOST_WAITING:
        _send(action.take_waiting())


def _insert_of(model: type[models.Model], values: Mapping[str, Any]) -> Insert:
    """Each value as its field prepares it; what is of a type the field leaves alone is not shown to the field."""
    statement, columns = _prepared(model)
    return statement, [
        value if type(value := values[name]) in plain else field.get_db_prep_save(value, connection)
        for name, field, plain in columns
    ]


# What these fields hold goes to the driver as it is.
PLAIN: dict[type[models.Field], type] = {
    models.CharField: str, models.TextField: str, models.SlugField: str, models.EmailField: str,
    models.UUIDField: UUID, models.BooleanField: bool, models.DateField: dt.date, models.BigIntegerField: int,
    models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.ForeignKey: int,
}  # fmt: skip


def _send(inserts: list[Insert]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(statement for statement, _ in inserts), [value for _, row in inserts for value in row]
        )


@cache
def _prepared(model: type[models.Model]) -> tuple[str, list[tuple[str, Any, frozenset[type]]]]:
    fields = [field for field in model._meta.concrete_fields if field.column != FILLED_BY_DATABASE]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
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
