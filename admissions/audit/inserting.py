"""One prepared INSERT a ledger table: every command writes here, so the ORM builds the statement once and not each time.

History rows wait for their event and are sent together with it: one way to the server less for each of them.
"""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from .actions import Action, Insert

# The database fills it in: the transaction that wrote the row.
FILLED_BY_DATABASE = "txid"


# More rows than these are sent before their event: the statement stays of a size that everybody can read in a log.
MOST_WAITING = 50


def insert(row: models.Model, behind: Action | None = None) -> None:
    """Insert a new row with values as they are, no signals, no relations, no expressions; behind what waits for it."""
    waiting = [] if behind is None else behind.take_waiting()
    _send([*waiting, _insert_of(row)])


def insert_with_event(row: models.Model, action: Action) -> None:
    """Insert the row when the action's event is inserted, if nothing can take back one without the other.

    Inside an inner block, which may be rolled back alone, it is inserted at once.
    """
    if len(connection.savepoint_ids) != action.depth:
        insert(row)
        return
    action.waiting.append(_insert_of(row))
    if len(action.waiting) >= MOST_WAITING:
        _send(action.take_waiting())


def _insert_of(row: models.Model) -> Insert:
    statement, fields = _prepared(type(row))
    values = [_value(field, plain, getattr(row, field.attname)) for field, plain in fields]
    row._state.adding, row._state.db = False, connection.alias
    return statement, values


def _value(field: Any, plain: type | None, value: Any) -> Any:
    """As the field prepares it; what is of the column's own type already is left alone, as the field would leave it."""
    return value if type(value) is plain else field.get_db_prep_save(value, connection)


# What these fields hold goes to the driver as it is.
PLAIN: dict[type[models.Field], type] = {
    models.CharField: str, models.TextField: str, models.UUIDField: UUID, models.BigIntegerField: int,
    models.PositiveIntegerField: int, models.ForeignKey: int,
}  # fmt: skip


def _send(inserts: list[Insert]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(statement for statement, _ in inserts), [value for _, row in inserts for value in row]
        )


@cache
def _prepared(model: type[models.Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if field.column != FILLED_BY_DATABASE]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(_placeholder(field) for field in fields)
    prepared = [(field, PLAIN.get(type(field))) for field in fields]
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values})", prepared


def _placeholder(field: Any) -> str:
    """Arrays say their type; everything else is adapted by the driver."""
    return field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
