"""A season's pack read back: its trail byte for byte, its records into their own tables, its files where pages find them.

Into an empty database of the same version to look at an old season, or into one that has lost entries of it.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from admissions.audit.commands import machine_action
from admissions.audit.commit_guards import COUNT, HISTORY
from admissions.core.decision import Refused
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import is_unchanged, path_of
from admissions.seals.checking import PARTLY
from admissions.seals.export import TOOLS
from admissions.seals.leaves import ledger_tables, pinned_session
from admissions.seasons.models import Season

from .put_back import NOTHING, Returned, insert_json, packed_files, put_back, resting_triggers

CHUNK = 1_000


@dataclass(frozen=True)
class Restored:
    """Rows of the trail that came back and that were there; records that came back; files laid out; what is otherwise;
    what the verifier said."""

    rows: int
    present: int
    records: int
    files: int
    otherwise: list[str]
    said: str


class NothingNew(Exception):
    """Everything was there: no event is written for it."""


def verified(path: Path, words: Sequence[str] = ()) -> str:
    """What the verifier says of the pack, with further words of its command line; refuses one that is not sound."""
    program = [sys.executable, "-I", str(TOOLS / "verify.py"), str(path), *words]
    done = subprocess.run(program, capture_output=True, text=True)
    if done.returncode not in (0, PARTLY):  # a season's pack leaves out what concerns accounts
        raise Refused(
            f"归档包核验不通过（退出码 {done.returncode}），没有写入任何内容。\n{done.stdout}{done.stderr}",
            who_can="请取得完好的归档包再读。",
        )
    return done.stdout


def read_back(path: Path, files: Path, words: Sequence[str] = ()) -> Restored:
    """Add the rows of the pack that the database does not have; the season's files go to the directory `files` too.

    Refuses: a pack that does not verify, is no season's, or is of other tables; a row that is there otherwise.
    All rows or none; running it again adds nothing.
    """
    said = verified(path, words)
    with zipfile.ZipFile(path) as archive:
        if "archive.json" not in archive.namelist():
            raise Refused(f"这不是归档包，{NOTHING}", who_can="请用“归档”页下载的归档包。")
        card = json.loads(archive.read("archive.json"))
        trail, returned = _write(archive, card)
        count = _extract(archive, files)
        _lay_out(archive)
    return Restored(*trail, sum(returned.rows.values()), count, returned.otherwise, said)


def _write(archive: zipfile.ZipFile, card: dict[str, Any]) -> tuple[tuple[int, int], Returned]:
    found = inserted = 0
    returned = Returned()
    packed = packed_files(archive)
    try:
        name = f"{card['number']}（{card['season']['name']}）"
        with machine_action("seals.read_archive", "读回归档包", name) as action, pinned_session():
            # Entries of accounts did not go along: what events list is not all there.
            with resting_triggers([table.name for table in ledger_tables()], (HISTORY, COUNT)):
                for table, rows in _chunks(archive):
                    found += len(rows)
                    inserted += _insert(table, rows)
            returned = put_back(packed, card["season"]["id"])
            if not inserted and not returned.rows:
                raise NothingNew
            action.details = {"trail": inserted, "records": returned.rows}
            action.target = Season.objects.filter(pk=card["season"]["id"]).first()
    except NothingNew:
        pass
    return (inserted, found - inserted), returned


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
    """Add those that are missing; refuses when one is there otherwise."""
    count = insert_json(table, rows, "ON CONFLICT DO NOTHING")
    if count < len(rows):
        _require_same(table, rows)
    return count


def _require_same(table: str, rows: list[dict[str, Any]]) -> None:
    quote = connection.ops.quote_name
    key = next(row.key for row in ledger_tables() if row.name == table)
    by_columns: dict[tuple[str, ...], dict[str, list[Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), {})[row[key]] = list(row.values())
    for columns, wanted in by_columns.items():
        names = ", ".join(f"t.{quote(column)}" for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.{quote(key)}::text, json_build_array({names})::text FROM {quote(table)} t"
                f" WHERE t.{quote(key)} = ANY(%s::uuid[])",
                [list(wanted)],
            )
            present = {row_id: json.loads(text) for row_id, text in cursor}
        for row_id, values in wanted.items():
            if present.get(row_id) != values:
                raise Refused(
                    f"表 {table} 的第 {row_id} 行与本数据库现有的不同，{NOTHING}", who_can="请读入空的数据库。"
                )


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


def _lay_out(archive: zipfile.ZipFile) -> None:
    """Contents that the restored records refer to, where the pages look for them; what is there unchanged stays."""
    packed = {Path(name).name for name in archive.namelist() if name.startswith("files/")}
    for file in StoredFile.objects.filter(sha256__in=packed, removed_at=None):
        if is_unchanged(file.storage_name, file.sha256):
            continue
        target = path_of(file.storage_name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(archive.read(f"files/{file.sha256}"))
        target.chmod(0o600)
