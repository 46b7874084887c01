"""The stable byte form of a ledger entry, from which later seals make their leaves.

UTF-8 JSON, keys sorted, no spaces, instants in UTC with microseconds, UUIDs as lower-case hex with dashes.
It does not depend on the session's time zone or date style. The version is part of the form.
"""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

VERSION = 1
# Set by the database at insert, absent before; the ledger's order does not rest on it.
LEFT_OUT = {"txid"}


def canonical_bytes(entry: models.Model) -> bytes:
    """The leaf of an `Event` or a history row."""
    body = {
        field.column: _plain(getattr(entry, field.attname))
        for field in entry._meta.concrete_fields
        if field.column not in LEFT_OUT
    }
    document = {"v": VERSION, "table": entry._meta.db_table, "row": body}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Range):
        return {
            "lower": _plain(value.lower),
            "upper": _plain(value.upper),
            "bounds": value._bounds,
            "empty": value.isempty,
        }
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"no canonical form for {type(value).__name__}")
