"""One prepared INSERT a ledger table: every command writes here, so the ORM builds the statement once and not each time."""

from functools import cache
from typing import Any

from django.db import connection, models

# The database fills it in: the transaction that wrote the row.
FILLED_BY_DATABASE = "txid"


def insert(row: models.Model) -> None:
    """Insert a new row with values as they are; no signals, no relations, no expressions."""
    statement, fields = _prepared(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    row._state.adding, row._state.db = False, connection.alias


@cache
def _prepared(model: type[models.Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if field.column != FILLED_BY_DATABASE]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(_placeholder(field) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values})", fields


def _placeholder(field: Any) -> str:
    """Arrays say their type; everything else is adapted by the driver."""
    return field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
