"""The leaves made anew from the rows as they are now: what exports hand out and checks compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .leaves import LedgerTable, arrays_sql, leaf_text, ledger_tables
from .merkle import Digest, leaf_hash
from .models import Leaf, LeafForm, LeafSalt

BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Content:
    """One leaf: its bytes from the present row (None when the row or all that bound it is gone), and what opens it."""

    index: int
    table: str
    row_id: str
    stored_hash: bytes
    leaf: bytes | None
    salt: bytes | None
    commitment: bytes | None
    destroyed_at: datetime | None
    personal: str | None
    event_id: str | None

    def is_true(self, digest: Digest) -> bool:
        """Does the row still look as it did when it was sealed?"""
        return self.leaf is not None and leaf_hash(digest, self.leaf) == self.stored_hash


def blocks(size: int) -> Iterator[tuple[int, int]]:
    """(first, end) of each block of 65,536 leaves."""
    return ((start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))


def contents(digest: Digest, start: int, end: int) -> list[Content]:
    """Leaves start … end − 1 in order; inside a `pinned_session`, at most a block at a time."""
    found: dict[int, Content] = {}
    tables = {table.name: table for table in ledger_tables()}
    for form in LeafForm.objects.order_by("pk"):
        for content in _of_form(digest, form, tables[form.table_name], start, end):
            found[content.index] = content
    return [found[index] for index in sorted(found)]


def _of_form(digest: Digest, form: LeafForm, table: LedgerTable, start: int, end: int) -> Iterator[Content]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(form, table), [form.pk, start, end])
        for index, row_id, stored, salt, commitment, destroyed_at, present, public, personal, event_id in cursor:
            leaf = None
            if present and (salt or commitment):
                bound = digest(bytes(salt) + personal.encode()) if salt else bytes(commitment)
                leaf = leaf_text(table.name, form.pk, row_id, public, bound.hex())
            yield Content(
                index, table.name, row_id, bytes(stored), leaf, bytes(salt) if salt else None,
                bytes(commitment) if commitment else None, destroyed_at, personal if present else None, event_id,
            )  # fmt: skip


def _sql(form: LeafForm, table: LedgerTable) -> str:
    quote = connection.ops.quote_name
    key = f"t.{quote(table.key)}"
    event = key if "event_id" not in table.open_columns else "t.event_id"
    return (
        f"SELECT l.index, l.row_id::text, l.hash, s.salt, s.commitment, s.destroyed_at, {key} IS NOT NULL,"
        f" {arrays_sql(table.open_columns, form.columns)}, {event}::text"
        f" FROM {quote(Leaf._meta.db_table)} l"
        f" LEFT JOIN {quote(LeafSalt._meta.db_table)} s ON s.leaf_index = l.index"
        f" LEFT JOIN {quote(table.name)} t ON {key} = l.row_id"
        " WHERE l.form_id = %s AND l.index >= %s AND l.index < %s"
    )
