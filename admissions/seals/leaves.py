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

from django.apps import apps
from django.db import connection, models

from admissions.audit.ledger_text import OPEN_OF_HISTORY, array_sql, personal_columns
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
        """The column with the UUID by which a leaf names its row."""
        return getattr(self.model, "LEAF_KEY", self.model._meta.pk.column)

    @property
    def columns(self) -> list[str]:
        """The personal columns, in the order of the model."""
        return personal_columns(self.model, self.open_columns, self.key)


@dataclass(frozen=True)
class Sealed:
    """A leaf made: its row, its hash, the commitment in it, and the salt that opens that."""

    row_id: str
    hash: bytes
    salt: bytes
    commitment: bytes


def ledger_tables() -> list[LedgerTable]:
    """The events, then every history table by name, then what says of itself which of its columns are public."""
    histories = [LedgerTable(model, OPEN_OF_HISTORY) for model in history_models()]
    declared = [model for model in apps.get_models() if hasattr(model, "LEAF_OPEN") and model is not Event]
    others = [LedgerTable(model, model.LEAF_OPEN) for model in declared]
    by_name = [sorted(tables, key=lambda table: table.name) for tables in (histories, others)]
    return [LedgerTable(Event, Event.LEAF_OPEN), *by_name[0], *by_name[1]]


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
    return f"{array_sql(open_columns)}, {array_sql(columns)}"


@dataclass(frozen=True)
class Reach:
    """Transactions whose rows are taken: from `since` on, and before `horizon`; None where there is no bound.

    `beyond`: besides those from this number on. No transaction has such a number yet: whoever wrote it made it up.
    """

    since: int | None = None
    horizon: int | None = None
    beyond: int | None = None

    @property
    def condition(self) -> str:
        bounds = [f"t.txid >= {int(self.since)}"] if self.since is not None else []
        bounds += [f"t.txid < {int(self.horizon)}"] if self.horizon is not None else []
        within = " AND ".join(bounds)
        return f"({within} OR t.txid >= {int(self.beyond)})" if within and self.beyond is not None else within


EVERYTHING = Reach()


def unsealed_sql(table: LedgerTable, forms: list[int], reach: Reach = EVERYTHING) -> str:
    """Rows without a leaf of one of the forms, of the transactions in reach.

    Without forms no row has a leaf yet, and none is looked for.
    """
    quote = connection.ops.quote_name
    bounds = [reach.condition] if reach.condition else []
    if forms:
        of_table = ", ".join(str(int(form)) for form in forms)
        bounds.append(
            f"NOT EXISTS (SELECT 1 FROM {quote(Leaf._meta.db_table)} l"
            f" WHERE l.row_id = t.{quote(table.key)} AND l.form_id IN ({of_table}))"
        )
    return (
        f"SELECT t.{quote(table.key)}::text, {arrays_sql(table.open_columns, table.columns)}"
        f" FROM {quote(table.name)} t WHERE {' AND '.join(bounds or ['true'])} ORDER BY {_order(table)}"
    )


def _order(table: LedgerTable) -> str:
    """By transaction, and the history rows of one event together."""
    columns = ["txid", *(["event_id"] if "event_id" in table.open_columns else []), table.key]
    return ", ".join(f"t.{connection.ops.quote_name(column)}" for column in columns)


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
        commitment = digest(salt + personal.encode())
        leaf = f'{head}{row_id}","open":{public},"commitment":"{commitment.hex()}"}}'
        yield Sealed(row_id, digest(b"\x00" + leaf.encode()), salt, commitment)
