"""How a ledger row becomes a leaf; the bytes are laid down in docs/trail-format.md.

The database writes the two JSON arrays of a row, public and personal; the leaf holds the first and a salted digest of the
second. `SESSION` pins every setting that could change how the database writes a value.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models

from admissions.audit.models import Event
from admissions.audit.protection import history_models

from .merkle import Digest
from .models import Leaf, LeafForm

VERSION = 1
SESSION = (
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO, YMD"),
    ("IntervalStyle", "iso_8601"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    # Cursors are read to the end: plan for all rows, not for the first few.
    ("cursor_tuple_fraction", "1"),
)
OPEN_OF_EVENT = ("at", "action", "outcome", "season_id", "group_id")
OPEN_OF_HISTORY = ("history_date", "history_type", "event_id", "id", "revision")
LEFT_OUT = ("txid",)  # filled in by the database at insert, means nothing after a restore
SALT_BYTES = 32
CHUNK = 5_000

Row = tuple[str, str, str]  # row id, public array, personal array


@dataclass(frozen=True)
class LedgerTable:
    """One table whose rows are leaves."""

    model: type[models.Model]
    open_columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return self.model._meta.pk.column

    @property
    def columns(self) -> list[str]:
        """The personal columns, in the order of the model."""
        besides = {*self.open_columns, *LEFT_OUT, self.key}
        return [field.column for field in self.model._meta.concrete_fields if field.column not in besides]


@dataclass(frozen=True)
class Sealed:
    """A leaf made: its text, its hash, and the salt that opens its commitment."""

    row_id: str
    hash: bytes
    salt: bytes


def ledger_tables() -> list[LedgerTable]:
    """The events, then every history table by name."""
    histories = [LedgerTable(model, OPEN_OF_HISTORY) for model in history_models()]
    return [LedgerTable(Event, OPEN_OF_EVENT), *sorted(histories, key=lambda table: table.name)]


def current_form(table: LedgerTable) -> LeafForm:
    """The form of the table's columns as they are now; registered when they are new."""
    return LeafForm.objects.get_or_create(table_name=table.name, columns=table.columns)[0]


@contextmanager
def pinned_session() -> Iterator[Any]:
    """A cursor whose transaction writes values in the one agreed way; only inside a transaction."""
    with connection.cursor() as cursor:
        for name, value in SESSION:
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield cursor


def arrays_sql(open_columns: Iterable[str], columns: Iterable[str]) -> str:
    """Both arrays of a row as select columns; `t` is the ledger table."""
    return f"{_array(open_columns)}, {_array(columns)}"


def _array(columns: Iterable[str]) -> str:
    quote = connection.ops.quote_name
    return f"json_build_array({', '.join(f't.{quote(column)}' for column in columns)})::text"


def unsealed_sql(table: LedgerTable, forms: list[int], since: int | None, horizon: int | None) -> str:
    """Rows without a leaf of one of the forms; with `since` and `horizon` only of transactions in that half-open range.

    Without forms no row has a leaf yet, and none is looked for.
    """
    quote = connection.ops.quote_name
    bounds = [f"t.txid >= {int(since)}"] if since is not None else []
    bounds += [f"t.txid < {int(horizon)}"] if horizon is not None else []
    if forms:
        of_table = ", ".join(str(int(form)) for form in forms)
        bounds.append(
            f"NOT EXISTS (SELECT 1 FROM {quote(Leaf._meta.db_table)} l"
            f" WHERE l.row_id = t.{quote(table.key)} AND l.form_id IN ({of_table}))"
        )
    return (
        f"SELECT t.{quote(table.key)}::text, {arrays_sql(table.open_columns, table.columns)}"
        f" FROM {quote(table.name)} t WHERE {' AND '.join(bounds or ['true'])} ORDER BY t.txid, t.{quote(table.key)}"
    )


def leaf_text(table: str, form: int, row_id: str | UUID, public: str, commitment: str) -> bytes:
    """The bytes of a leaf, without the 0x00 in front."""
    text = (
        f'{{"v":{VERSION},"table":"{table}","form":{form},"id":"{row_id}","open":{public},"commitment":"{commitment}"}}'
    )
    return text.encode()


def sealed_rows(digest: Digest, table: str, form: int, rows: Iterable[Row]) -> Iterator[Sealed]:
    """Each row with a fresh salt and the hash of its leaf."""
    head = f'{{"v":{VERSION},"table":"{table}","form":{form},"id":"'
    for row_id, public, personal in rows:
        salt = os.urandom(SALT_BYTES)
        commitment = digest(salt + personal.encode()).hex()
        leaf = f'{head}{row_id}","open":{public},"commitment":"{commitment}"}}'
        yield Sealed(row_id, digest(b"\x00" + leaf.encode()), salt)
