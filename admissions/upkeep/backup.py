"""Backup: one moment of the database, and exactly the evidence files that belong to it."""

import hashlib
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from admissions.audit.commands import machine_action
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import path_of

from .ledger_state import ends, row_counts
from .manifest import DUMP, EVIDENCE, Manifest, digest
from .programs import Program, UpkeepRefused, dump_program, run, server_major

# Whoever was signed in then must sign in again after a restore.
LEFT_EMPTY = ("django_session", "accounts_loginsession", "accounts_attemptmemory")
# Owners and rights are set again by the restore, for the roles of the place it is restored to.
OWNERLESS = ("--no-owner", "--no-privileges", "--no-comments")
PIECE = 2**20


@dataclass(frozen=True)
class Result:
    directory: Path
    manifest: Manifest
    manifest_hash: str


def make_backup(directory: Path) -> Result:
    """Write the backup beside its name and give it the name when it is whole.

    Refuses: the name is taken; no fitting program; evidence is missing or was changed.
    """
    draft = directory.with_name(f"{directory.name}.part")
    for path in (directory, draft):
        if path.exists():
            raise UpkeepRefused(f"{path} 已经存在。请换一个目录名，或先移走它。")
    program = dump_program()
    os.umask(0o077)
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest, manifest_hash = _fill(draft, program)
        os.sync()  # whole on the disk before it gets its name
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    with machine_action("upkeep.backup", "备份", f"清单校验值 {manifest_hash}") as action:
        action.details = {"files": len(manifest.files), "manifest": manifest_hash}
    return Result(directory, manifest, manifest_hash)


def _fill(draft: Path, program: Program) -> tuple[Manifest, str]:
    """Dump, list and counts are all of the same snapshot; files stored later are not looked at."""
    with _snapshot() as snapshot:
        empty = [f"--exclude-table-data={table}" for table in LEFT_EMPTY]
        target = str(draft / DUMP)
        run(program, "--format=custom", *OWNERLESS, *empty, f"--snapshot={snapshot}", f"--file={target}")
        listed = list(StoredFile.objects.filter(removed_at__isnull=True).order_by("pk"))
        values = {**ends(), "counts": row_counts(), "migrations": _migrations()}
    files = {DUMP: digest(draft / DUMP)}
    for stored in listed:
        name = f"{EVIDENCE}/{stored.storage_name[:2]}/{stored.storage_name}"
        files[name] = _copy_evidence(stored, draft / name)
    versions = {"program": _own_version(), "server": server_major(), "pg_dump": program.major}
    manifest = Manifest(
        made_at=timezone.localtime().isoformat(timespec="seconds"), versions=versions, files=files, **values
    )
    return manifest, manifest.write(draft)


@contextmanager
def _snapshot() -> Iterator[str]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _own_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]


def _migrations() -> dict[str, list[str]]:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    return applied


def _copy_evidence(stored: StoredFile, target: Path) -> dict[str, Any]:
    """Hashed while it is copied: what lies in the backup is what the database says."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest_so_far, size = hashlib.sha256(), 0
    try:
        with path_of(stored.storage_name).open("rb") as source, target.open("xb") as copy:
            while piece := source.read(PIECE):
                digest_so_far.update(piece)
                size += len(piece)
                copy.write(piece)
    except FileNotFoundError as error:
        raise UpkeepRefused(
            f"材料缺失：编号 {stored.pk}（校验值 {stored.sha256[:16]}…）在材料目录中找不到，没有写出备份。"
            "如果它刚按规定清除，请再运行一次；否则请立即报告安全管理员。"
        ) from error
    if digest_so_far.hexdigest() != stored.sha256:
        raise UpkeepRefused(
            f"材料被改动：编号 {stored.pk} 的内容与登记的校验值不符，没有写出备份。请立即报告安全管理员。"
        )
    return {"sha256": stored.sha256, "bytes": size}
