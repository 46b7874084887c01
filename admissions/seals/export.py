"""The verification export: a directory laid out as docs/trail-format.md says, packed into one file."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from admissions.audit.models import AuditedModel, recorded_fields
from admissions.audit.protection import audited_models
from admissions.audit.reconcile import all_mismatches
from admissions.evidence.file_pages import Content as FileContent

from . import notes
from .disclosing import hidden_for, shown_rows, tables_never_shown
from .enums import Disclosure, WitnessStatus
from .keys import origin, public_key, seed
from .leaves import LedgerTable, ledger_tables, pinned_session, unsealed_sql
from .merkle import Digest, digester
from .models import KeyChange, LeafForm, Seal, Witness
from .rebuilt_leaves import Content, blocks, contents

FORMAT = 1
TOOLS = Path(__file__).parent / "outside"
Progress = Callable[..., None]


@dataclass
class Pack:
    """A zip on its way; remembers name, length and digest of each member for the manifest."""

    archive: zipfile.ZipFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    # When the rows not sealed yet and the present rows were read.
    present_at: str = ""

    def member(self, name: str) -> "Member":
        return Member(self, name)

    def write(self, name: str, data: bytes) -> None:
        with self.member(name) as member:
            member.write(data)

    @contextmanager
    def spooled(self, name: str) -> Iterator["Spool"]:
        """A member that grows while others are written: kept in a file beside, copied in at the end."""
        with TemporaryFile() as file:
            yield Spool(file)
            file.seek(0)
            with self.member(name) as member:
                while data := file.read(1 << 20):
                    member.write(data)


@dataclass(frozen=True)
class Spool:
    file: IO[bytes]

    def write(self, data: bytes) -> None:
        self.file.write(data)

    def line(self, document: Any) -> None:
        self.write(as_json(document) + b"\n")


class Member:
    """One file of the pack, hashed while it is written."""

    def __init__(self, pack: Pack, name: str) -> None:
        self.pack, self.name = pack, name
        self.digest, self.size = hashlib.sha256(), 0

    def __enter__(self) -> "Member":
        self.stream: IO[bytes] = self.pack.archive.open(self.name, "w", force_zip64=True)
        return self

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self.size += len(data)
        self.stream.write(data)

    def line(self, document: Any) -> None:
        self.write(as_json(document) + b"\n")

    def __exit__(self, *error: Any) -> None:
        self.stream.close()
        self.pack.files[self.name] = {"sha256": self.digest.hexdigest(), "bytes": self.size}


@dataclass(frozen=True)
class Reader:
    """For whom the export is made, what for, which events it may show, and what else goes into the pack.

    `person`: the account whose rights and recusals decide which history rows go with the events (`Disclosure.SCOPE`).
    """

    name: str
    purpose: str
    discloses: Disclosure
    events: Any = None
    more: Callable[[Pack, Progress], None] = lambda pack, progress: None
    person: Any = None


def write_export(path: Path, seal: Seal, reader: Reader, progress: Progress) -> None:
    """Write the tree of one seal to a zip at `path`; replaces what an interrupted run left there.

    Sealed rows never change, so every block may be read in a transaction of its own: what `progress` says is seen at once.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        pack = Pack(archive)
        digest = digester(seal.algorithm)
        _write_tree(pack, digest, seal, reader, progress)
        with transaction.atomic(), pinned_session():
            _write_seals(pack, seal)
            _write_keys(pack)
            _write_present(pack, reader)
        reader.more(pack, progress)
        for name in ("README.txt", "verify.py"):
            pack.write(name, (TOOLS / name).read_bytes())
        manifest = as_json(_manifest(pack, seal, reader), indent=1)
        archive.writestr("manifest.json", manifest)
        body = f"{origin()}/export\n{hashlib.sha256(manifest).hexdigest()}\n"
        archive.writestr("manifest.sig", notes.signed_note(seed(), origin(), body))


def _write_tree(pack: Pack, digest: Digest, seal: Seal, reader: Reader, progress: Progress) -> None:
    """Leaves and what they were made of; hashes and missing rows grow beside and follow at the end."""
    with (
        pack.spooled("hashes.bin") as hashes,
        pack.spooled("missing.jsonl") as missing,
        pack.spooled("gone.jsonl") as gone,
    ):
        for start, end in blocks(seal.size):
            with transaction.atomic(), pinned_session():
                rows = contents(digest, start, end)
                shown = shown_rows(reader, rows)
            with pack.member(f"leaves/{start:010}.jsonl") as member:
                member.write(b"".join((row.leaf or b"") + b"\n" for row in rows))
            with pack.member(f"private/{start:010}.jsonl") as member:
                for row in rows:
                    if row.index in shown:
                        member.line(_opening(row))
            hashes.write(b"".join(row.stored_hash for row in rows))
            for row in rows:
                if row.leaf is None:
                    lost = "row" if row.personal is None else "salt"
                    missing.line({"i": row.index, "table": row.table, "id": row.row_id, "lost": lost})
                elif row.salt is None:
                    gone.line({"i": row.index, "at": row.destroyed_at.isoformat() if row.destroyed_at else ""})
            progress(end, seal.size, "写出留痕")


def _opening(row: Content) -> dict[str, Any]:
    if row.salt is None:
        return {"i": row.index, "gone": row.destroyed_at.isoformat() if row.destroyed_at else ""}
    return {"i": row.index, "salt": row.salt.hex(), "text": row.personal}


def _write_seals(pack: Pack, last: Seal) -> None:
    seals = Seal.objects.filter(number__lte=last.number).order_by("number").prefetch_related("cosignatures")
    with pack.member("seals.jsonl") as member:
        for seal in seals.iterator(chunk_size=1000):
            member.line(
                {
                    "number": seal.number,
                    "size": seal.size,
                    "at": seal.at.isoformat(),
                    "epoch": seal.epoch,
                    "checkpoint": seal.checkpoint,
                    "cosignatures": [row.line for row in seal.cosignatures.all()],
                }
            )


def _write_keys(pack: Pack) -> None:
    """Every change of the log's key, as both keys signed it."""
    with pack.member("keys.jsonl") as member:
        for change in KeyChange.objects.order_by("number"):
            member.line({"number": change.number, "at": change.at.isoformat(), "note": change.note})


def _write_present(pack: Pack, reader: Reader) -> None:
    """Forms, rows not sealed yet, present rows where all is shown, and what the comparison inside the database found."""
    hidden = hidden_for(reader)
    pack.present_at = timezone.now().isoformat()
    pack.write("forms.json", as_json(_forms(), indent=1))
    with pack.member("unsealed.jsonl") as member:
        for table in ledger_tables():
            is_shown = reader.discloses == Disclosure.ALL and table.name not in hidden
            for row in _unsealed(table, is_shown):
                member.line(row)
    found = [{"table": row.table, "id": row.row_id, "kind": row.kind} for row in all_mismatches()]
    pack.write("reconcile.json", as_json(found, indent=1))
    if reader.discloses == Disclosure.ALL:
        for model in _models_shown():
            with pack.member(f"live/{model._meta.db_table}.jsonl") as member:
                for pk, text in _present_rows(model):
                    member.line({"id": pk, "text": text})


def _models_shown() -> list[type[AuditedModel]]:
    hidden = tables_never_shown()
    return [model for model in audited_models() if model.history.model._meta.db_table not in hidden]


def _forms() -> list[dict[str, Any]]:
    """Which columns stand where in a leaf; `label` is how events call the record of a history, `live` names the table of
    present rows to compare with."""
    tables = {table.name: table for table in ledger_tables()}
    labels = {model.history.model._meta.db_table: model._meta.label_lower for model in audited_models()}
    live = {model.history.model._meta.db_table: model for model in _models_shown()}
    return [
        {
            "form": form.pk,
            "table": form.table_name,
            "open": list(tables[form.table_name].open_columns),
            "columns": form.columns,
            "label": labels.get(form.table_name, ""),
            "live": live[form.table_name]._meta.db_table if form.table_name in live else "",
            "live_columns": live_columns(live[form.table_name]) if form.table_name in live else [],
        }
        for form in LeafForm.objects.order_by("pk")
    ]


def live_columns(model: type[AuditedModel]) -> list[str]:
    """The record's own columns that its history keeps among the personal ones."""
    return [field.column for field in recorded_fields(model) if field.column not in ("id", "revision")]


def _present_rows(model: type[AuditedModel]) -> Iterator[tuple[int, str]]:
    quote = connection.ops.quote_name
    columns = ", ".join(f"t.{quote(column)}" for column in live_columns(model))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT t.id, json_build_array({columns})::text FROM {quote(model._meta.db_table)} t ORDER BY t.id"
        )
        yield from cursor


def _unsealed(table: LedgerTable, is_shown: bool) -> Iterator[dict[str, Any]]:
    """Rows without a leaf, with their time; where everything is shown with what a leaf of them would be made of."""
    rows = LeafForm.objects.filter(table_name=table.name)
    forms = list(rows.values_list("pk", flat=True))
    present = rows.filter(columns=table.columns).values_list("pk", flat=True).first()
    with connection.chunked_cursor() as cursor:
        cursor.execute(unsealed_sql(table, forms))
        for row_id, public, personal in cursor:
            row = {"table": table.name, "id": row_id, "at": json.loads(public)[0]}
            # A table whose form is not registered yet has no place in forms.json.
            more = {"form": present, "open": public, "text": personal} if is_shown and present else {}
            yield row | more


def _manifest(pack: Pack, seal: Seal, reader: Reader) -> dict[str, Any]:
    trusted = Witness.objects.exclude(status=WitnessStatus.OFFERED).order_by("pk")
    return {
        "format": FORMAT,
        "origin": origin(),
        "algorithm": seal.algorithm,
        "log_key": public_key().text,
        "witness_keys": [witness.public_key for witness in trusted],
        "size": seal.size,
        "seal": seal.number,
        "made_at": timezone.now().isoformat(),
        "present_at": pack.present_at,
        "made_for": reader.name,
        "purpose": reader.purpose,
        "scope": Disclosure(reader.discloses).label,
        "complete": reader.discloses == Disclosure.ALL,
        "hidden": sorted(hidden_for(reader)),
        "files": pack.files,
    }


def as_json(document: Any, indent: int | None = None) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":")).encode()


def exports_root() -> Path:
    """Where exports wait to be fetched: private, beside the evidence."""
    root = Path(settings.MEDIA_ROOT) / "exports"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def packed(storage_name: str, sha256: str, name: str) -> FileContent:
    """A finished pack, to be given out under this name."""
    return FileContent(exports_root() / storage_name, sha256, name, "application/zip")
