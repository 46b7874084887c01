"""A ledger row as the text that its leaf is made of: two JSON arrays the database writes, public and personal.

Of an event the same text is also written here, from the values that are about to be inserted: its mark stands in the row itself,
so it must be known before the row is.
"""

import datetime as dt
import ipaddress
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from .guarding import column_of

OPEN_OF_HISTORY = ("history_date", "history_type", "event_id", "id", "revision")
LEFT_OUT = ("txid",)  # filled in by the database at insert, means nothing after a restore


def personal_columns(model: type[models.Model], open_columns: Iterable[str], key: str) -> list[str]:
    """The personal columns of a ledger table, in the order of the model."""
    besides = {*open_columns, *LEFT_OUT, key}
    columns = [column_of(field) for field in model._meta.concrete_fields]
    return [column for column in columns if column not in besides]


def array_sql(columns: Iterable[str], row: str = "t") -> str:
    quote, before = connection.ops.quote_name, f"{row}." if row else ""
    return f"json_build_array({', '.join(before + quote(column) for column in columns)})::text"


@cache
def history_arrays(model: type[models.Model], row: str = "") -> str:
    """Key, public and personal array of a history row as select columns."""
    key = connection.ops.quote_name("history_id")
    personal = personal_columns(model, OPEN_OF_HISTORY, "history_id")
    return f"{key}::text, {array_sql(OPEN_OF_HISTORY, row)}, {array_sql(personal, row)}"


def arrays_of(values: Mapping[str, Any], open_columns: Iterable[str], columns: Iterable[str]) -> tuple[str, str]:
    """Both arrays of a row of these values, as the database will write them."""
    public, personal = (
        f"[{', '.join(as_json(values[column]) for column in names)}]" for names in (open_columns, columns)
    )
    return public, personal


def as_json(value: Any) -> str:
    """As `json_build_array` writes it in a session of Universal Time: a list is an array, a dict a jsonb."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, UUID):
        return f'"{value}"'
    if isinstance(value, dt.datetime):
        return f'"{_instant(value)}"'
    if isinstance(value, list):
        return f"[{','.join(map(as_json, value))}]"
    if isinstance(value, dict):
        return _jsonb(json.loads(json.dumps(value)))
    raise TypeError(f"{type(value).__name__} stands in no event")


def _instant(value: dt.datetime) -> str:
    text = value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return f"{text}+00:00"


def _jsonb(value: Any) -> str:
    """Keys by length and then by bytes, numbers written out."""
    if isinstance(value, dict):
        rows = sorted((len(key.encode()), key.encode(), key) for key in value)
        return f"{{{', '.join(f'{as_json(key)}: {_jsonb(value[key])}' for _, _, key in rows)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_jsonb, value))}]"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if value else "0.0"
    return as_json(value)


def address_text(address: str | None) -> str | None:
    """An address as the database writes it back."""
    if address is None:
        return None
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6 and parsed.packed[:10] == bytes(10):
        last = ipaddress.IPv4Address(parsed.packed[12:])
        if parsed.packed[10:12] == b"\xff\xff":
            return f"::ffff:{last}"
        if parsed.packed[10:12] == bytes(2) and parsed.packed[12:14] != bytes(2):
            return f"::{last}"
    return str(parsed)
