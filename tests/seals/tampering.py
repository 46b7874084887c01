"""What somebody with the owner's password does to the ledger: past triggers, with everything re-chained if need be."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from admissions.seals import notes
from admissions.seals.enums import Disclosure
from admissions.seals.export import TOOLS, Reader, write_export
from admissions.seals.keys import origin, seed
from admissions.seals.leaves import pinned_session
from admissions.seals.merkle import digester, leaf_hash
from admissions.seals.models import Leaf, Seal
from admissions.seals.rebuilt_leaves import contents
from admissions.seals.tree import Frontier

SHA = digester("sha256")
# What stands alone outside promises Python 3.9: `TOOLS_PYTHON=python3.9 make test ARGS="tests/seals tests/attacks"`.
PYTHON = os.environ.get("TOOLS_PYTHON") or sys.executable


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor that no trigger stops; everything is undone at the end of the block."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
        transaction.set_rollback(True)


def exported(path: Path, disclosure: Disclosure = Disclosure.ALL, events: Any = None) -> Path:
    """An export of the newest seal."""
    last = Seal.objects.newest_first().first()
    write_export(path, last, Reader("监督组", "核验", disclosure, events), lambda *args: None)
    return path


def run_tool(name: str, *words: object, given: str = "") -> tuple[int, str]:
    """Exit code and everything printed; the program sees nothing of the project."""
    done = subprocess.run(
        [PYTHON, "-I", str(TOOLS / name), *map(str, words)],
        input=given,
        capture_output=True,
        text=True,
        cwd="/",
    )
    return done.returncode, done.stdout + done.stderr


def verified(path: Path, *words: object) -> tuple[int, str]:
    return run_tool("verify.py", path, "--jobs", 1, *words)


def rechain(key: bytes | None = None) -> None:
    """Recompute every leaf hash from the rows as they are, every root, and sign anew."""
    last = Seal.objects.newest_first().first()
    with pinned_session():
        rows = contents(SHA, 0, last.size)
    hashes = [leaf_hash(SHA, row.leaf) for row in rows if row.leaf is not None]
    with connection.cursor() as cursor:
        for row, found in zip(rows, hashes, strict=True):
            cursor.execute("UPDATE seals_leaf SET hash = %s WHERE index = %s", [found, row.index])
        resign(cursor, hashes, key)


def resign(cursor: Any, hashes: list[bytes], key: bytes | None = None) -> None:
    """Every seal's root and checkpoint from these leaf hashes."""
    for seal in Seal.objects.order_by("number"):
        frontier = Frontier(SHA)
        for found in hashes[: seal.size]:
            frontier.add(found)
        body = notes.Checkpoint(origin(), seal.size, frontier.root()).body
        note = notes.signed_note(key or seed(), origin(), body)
        cursor.execute(
            "UPDATE seals_seal SET root = %s, checkpoint = %s WHERE number = %s", [frontier.root(), note, seal.number]
        )


def cut_tail(cursor: Any, count: int) -> None:
    """The last rows vanish with their leaves, salts and seals; what is left is signed with the true key."""
    size = Leaf.objects.count() - count
    cursor.execute("SELECT row_id FROM seals_leaf WHERE index >= %s", [size])
    gone = [row for (row,) in cursor.fetchall()]
    for table in ("audit_event", "accounts_historicalorganisation", "accounts_historicaluser"):
        key = "id" if table == "audit_event" else "history_id"
        cursor.execute(f"DELETE FROM {table} WHERE {key} = ANY(%s::uuid[])", [[str(row) for row in gone]])
    cursor.execute("DELETE FROM seals_leaf WHERE index >= %s", [size])
    cursor.execute("DELETE FROM seals_leafsalt WHERE leaf_index >= %s", [size])
    cursor.execute("DELETE FROM seals_cosignature")
    cursor.execute("DELETE FROM seals_seal WHERE size >= %s", [size])
    hashes = [bytes(row) for row in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    frontier = Frontier(SHA)
    for found in hashes:
        frontier.add(found)
    last = Seal.objects.newest_first().first()
    body = notes.Checkpoint(origin(), size, frontier.root()).body
    Seal.objects.create(
        number=(last.number if last else 0) + 1,
        size=size,
        root=frontier.root(),
        algorithm="sha256",
        at=last.at if last else "2026-07-01T00:00:00Z",
        cause="定时",
        epoch=1,
        cluster="1",
        horizon=1,
        checkpoint=notes.signed_note(seed(), origin(), body),
    )


def root_text(seal: Seal) -> str:
    return base64.b64encode(bytes(seal.root)).decode()


def log_line(seal: Seal) -> str:
    """What the witness's own log keeps of a successful check."""
    row = {
        "time": seal.at.isoformat(), "origin": origin(), "verdict": "ok", "size": seal.size, "root": root_text(seal),
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=False) + "\n"
