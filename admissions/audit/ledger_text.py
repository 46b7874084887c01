"""A ledger row as the text that its leaf is made of: two JSON arrays the database writes, public and personal.

Of an event the same text is also written here, from the values that are about to be inserted: its mark stands in the row itself,
so it must be known before the row is. Of a history row too, where its values are of kinds whose text is the same on both sides.
"""

import datetime as dt
import ipaddress
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from .guarding import column_of

OPEN_OF_HISTORY = ("history_date", "history_type", "event_id", "id", "revision")
LEFT_OUT = ("txid",)  # filled in by the database at insert, means nothing after a restore
Row = tuple[str, str, str]  # row id, public array, personal array
# Kind of column → the type of value whose text the database writes as `as_json` does; of any other it is asked.
SAME_TEXT: dict[str, type] = {
    **dict.fromkeys(("CharField", "TextField", "SlugField"), str),
    **dict.fromkeys(("AutoField", "BigAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField"), int),
    **dict.fromkeys(("PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"), int),
    "UUIDField": UUID,
    "BooleanField": bool,
    "DateField": dt.date,
    "DateTimeField": dt.datetime,
}


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


@cache
def _text_plan(model: type[models.Model]) -> tuple[int, list[tuple[int, type | None]], list[int], list[int]]:
    """Of the values of a history row in the order of its fields: where the key stands, what type each must have to be
    written here, where the public and the personal columns stand."""
    fields = [field for field in model._meta.concrete_fields if field.column not in LEFT_OUT]
    at = {column_of(field): place for place, field in enumerate(fields)}
    kinds = [(place, SAME_TEXT.get(_pointed_at(field).get_internal_type())) for place, field in enumerate(fields)]
    personal = personal_columns(model, OPEN_OF_HISTORY, "history_id")
    return at["history_id"], kinds, [at[name] for name in OPEN_OF_HISTORY], [at[name] for name in personal]


def _pointed_at(field: Any) -> Any:
    while field.is_relation:
        field = field.target_field
    return field


def history_text(model: type[models.Model], values: list[Any]) -> Row | None:
    """Of a history row about to be inserted, what `history_arrays` will say of it; nothing where only the database knows.

    `values`: as they go to the driver, one for each concrete field besides those the database fills in.
    """
    key, kinds, public, personal = _text_plan(model)
    for place, kind in kinds:
        value = values[place]
        if value is not None and type(value) is not kind:
            return None
    texts = [as_json(value) for value in values]
    opened, kept = (f"[{', '.join([texts[place] for place in places])}]" for places in (public, personal))
    return str(values[key]), opened, kept


def arrays_of(values: Mapping[str, Any], open_columns: Iterable[str], columns: Iterable[str]) -> tuple[str, str]:
    """Both arrays of a row of these values, as the database will write them."""
    public, personal = (
        f"[{', '.join(as_json(values[column]) for column in names)}]" for names in (open_columns, columns)
    )
    return public, personal


def as_json(value: Any) -> str:
    """As `json_build_array` writes it in a session of Universal Time: a list is an array, a dict a jsonb."""
    write = WRITTEN.get(type(value)) or next((way for kind, way in WRITTEN.items() if isinstance(value, kind)), None)
    if write is None:
        raise TypeError(f"{type(value).__name__} stands in no ledger")
    return write(value)


def _instant(value: dt.datetime) -> str:
    text = value.astimezone(dt.UTC).isoformat().removesuffix("+00:00")
    return f'"{text.rstrip("0") if value.microsecond else text}+00:00"'


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


_quoted = json.JSONEncoder(ensure_ascii=False).encode
# Kind of value → its text; of a kind derived from several the first here counts.
WRITTEN: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    str: lambda value: _quoted(str(value)),
    UUID: lambda value: f'"{value}"',
    dt.datetime: _instant,
    dt.date: lambda value: f'"{value.isoformat()}"',
    list: lambda value: f"[{','.join(map(as_json, value))}]",
    dict: lambda value: _jsonb(json.loads(json.dumps(value))),
}


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
