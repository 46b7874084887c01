"""A season's pack read back: its events and histories return to a database that has lost them, byte for byte."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from admissions.core.decision import Refused

from .export import TOOLS
from .leaves import ledger_tables, pinned_session

CHUNK = 1_000


@dataclass(frozen=True)
class Restored:
    """How many rows and files came back, and how many rows were there already."""

    rows: int
    present: int
    files: int


def verified(path: Path) -> str:
    """What the verifier says of the pack; refuses one that is not sound."""
    done = subprocess.run([sys.executable, "-I", str(TOOLS / "verify.py"), str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"归档包核验不通过（退出码 {done.returncode}），没有写入任何内容。\n{done.stdout}{done.stderr}")
    return done.stdout


def read_back(path: Path, files: Path) -> Restored:
    """Insert the disclosed rows that the database does not have; the season's files go to the directory `files`.

    Refuses a pack that does not verify. All rows or none; running it again adds nothing.
    """
    verified(path)
    with zipfile.ZipFile(path) as archive:
        with transaction.atomic(), pinned_session():
            found, inserted = 0, 0
            for table, rows in _chunks(archive):
                found += len(rows)
                inserted += _insert(table, rows)
        count = _extract(archive, files)
    return Restored(inserted, found - inserted, count)


def _chunks(archive: zipfile.ZipFile) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(table, rows by column) from the leaves and what opens them."""
    forms = {form["form"]: form for form in json.loads(archive.read("forms.json"))}
    keys = {table.name: table.key for table in ledger_tables()}
    waiting: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(name for name in archive.namelist() if name.startswith("private/")):
        openings = {row["i"]: row for row in map(json.loads, archive.read(name).splitlines())}
        leaves = archive.read(name.replace("private/", "leaves/")).split(b"\n")
        for index, opening in openings.items():
            if "text" not in opening:
                continue
            leaf = json.loads(leaves[index - int(Path(name).stem)])
            form = forms[leaf["form"]]
            row = dict(zip(form["columns"], json.loads(opening["text"]), strict=True))
            row |= dict(zip(form["open"], leaf["open"], strict=True)) | {keys[form["table"]]: leaf["id"]}
            waiting.setdefault(form["table"], []).append(row)
            if len(waiting[form["table"]]) == CHUNK:
                yield form["table"], waiting.pop(form["table"])
    yield from waiting.items()


def _insert(table: str, rows: list[dict[str, Any]]) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({columns})"
            f" SELECT {columns} FROM json_populate_recordset(NULL::{quote(table)}, %s::json) ON CONFLICT DO NOTHING",
            [json.dumps(rows, ensure_ascii=False)],
        )
        return cursor.rowcount


def _extract(archive: zipfile.ZipFile, files: Path) -> int:
    """Each file under its own name, with its number in front; only the hash decides where its bytes come from."""
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    for line in archive.read("files.jsonl").splitlines():
        row = json.loads(line)
        if "missing" not in row:
            target = files / f"{int(row['id'])}-{Path(row['name']).name}"
            target.write_bytes(archive.read(f"files/{row['sha256']}"))
            count += 1
    return count
