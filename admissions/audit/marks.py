"""印签: an entry carries the mark of the process that wrote it, made with a key that the database does not hold.

The mark of an event is a keyed BLAKE2b (RFC 7693) over the text its leaf is made of, which holds for each table the marks of
the history rows written under it. The sealer asks for both before it seals; a wrong one is sealed as it is, and told by an alarm.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings

from .ledger_text import Row, arrays_of

# Hexadecimal digits: what names the key, and the whole mark.
KEY_ID, LENGTH = 8, 72
# How a personal array ends that ends with a mark: `, "…"]`.
TAIL = LENGTH + 5


@cache
def _key(secret: str) -> tuple[str, bytes]:
    """The name of the key of this secret, and the key."""
    name, key = (hashlib.sha256(use + secret.encode()).digest() for use in (b"mark name\n", b"mark key\n"))
    return name.hex()[:KEY_ID], key


def _marked(secret: str, text: bytes) -> str:
    name, key = _key(secret)
    return name + hashlib.blake2b(text, key=key, digest_size=32).hexdigest()


def mark_of(text: bytes) -> str:
    """Eight digits that name the key, then what it makes of the text."""
    return _marked(settings.MARK_KEY, text)


def is_marked(text: bytes, mark: str) -> bool:
    """By the present key, or by the one before it: entries that wait while the key is changed carry that."""
    if _marked(settings.MARK_KEY, text) == mark:
        return True
    before = settings.MARK_KEY_BEFORE
    return bool(before) and _marked(before, text) == mark


def row_digest(row: Row) -> bytes:
    return hashlib.sha256("".join(row).encode()).digest()


def rows_mark(digests: Mapping[str, bytes]) -> bytes:
    """What is marked of the history rows of one table under one event: their digests in the order of their ids."""
    return b"".join(digests[key] for key in sorted(digests))


def row_marks(written: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    """By table: name, how many rows, and their mark."""
    return [f"{table}:{len(rows)}:{mark_of(rows_mark(rows))}" for table, rows in sorted(written.items()) if rows]


def event_text(row_id: str, public: str, personal: str) -> bytes:
    """What is marked of an event; `personal` without the mark at its end."""
    return f"{row_id}{public}{personal}".encode()


def event_mark(values: Mapping[str, Any], open_columns: Iterable[str], columns: Iterable[str]) -> str:
    """Of an event about to be inserted; `columns` end with the mark's own."""
    *before, _ = columns
    return mark_of(event_text(str(values["id"]), *arrays_of(values, open_columns, before)))


def is_event_marked(row: Row) -> bool:
    """Of an event as the database writes it: the mark stands at the end of the personal array."""
    row_id, public, personal = row
    mark = personal[-LENGTH - 2 : -2]
    return personal[-TAIL:] == f', "{mark}"]' and is_marked(event_text(row_id, public, f"{personal[:-TAIL]}]"), mark)


def event_check() -> Callable[[Row], bool]:
    """The same question for many events in a row, with the present key at hand: sealing has some microseconds for each."""
    (name, key), blake = _key(settings.MARK_KEY), hashlib.blake2b

    def is_right(row: Row) -> bool:
        row_id, public, personal = row
        made = blake(f"{row_id}{public}{personal[:-TAIL]}]".encode(), key=key, digest_size=32).hexdigest()
        return personal[-TAIL:] == f', "{name}{made}"]' or is_event_marked(row)

    return is_right


def are_rows_marked(table: str, digests: Mapping[str, bytes], marks: Iterable[str]) -> bool:
    """Are these all the rows of the table under an event that carries these row marks?"""
    for entry in marks:
        name, count, mark = entry.split(":")
        if name == table:
            return int(count) == len(digests) and is_marked(rows_mark(digests), mark)
    return False
