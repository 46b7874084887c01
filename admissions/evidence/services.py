"""Commands for files and imports."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.importing.kinds import KINDS, ImportKind, Verdict
from admissions.core.promises import promised
from admissions.core.transitions import move
from admissions.jobs.runner import enqueue

from . import rules
from .enums import IMPORT_TRANSITIONS, ImportStatus, Secrecy
from .filetypes import FileRefused
from .imports.checking import CHANGED
from .models import ImportBatch, StoredFile
from .storage import Incoming, is_unchanged, remove_content

# A larger table is checked by a worker, while the reader's page shows how far it is.
AT_ONCE_BYTES = 2 << 20
TABLE_SUFFIXES = {".xlsx", ".xls", ".csv", ".txt"}
explain_constraint("import_second_person", "导入须由上传人以外的人确认。")


def keep_file(actor: User, incoming: Incoming, purpose: str, secrecy: str = Secrecy.INTERNAL) -> StoredFile:
    """Inside a command: the one way a file is kept, with its hash.

    Refuses: type not allowed, disguised, with macros, encrypted, a bomb.
    """
    try:
        kind = incoming.check()
    except FileRefused as refusal:
        raise Refused(str(refusal)) from refusal
    file = StoredFile(
        sha256=incoming.sha256,
        size=incoming.size,
        name=incoming.name,
        content_type=kind.content_type,
        purpose=purpose[:200],
        secrecy=secrecy,
        storage_name=incoming.storage_name,
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    file.full_clean()
    file.save()
    return file


@command("imports.upload", "上传导入文件", clause=cite("house-two-persons"))
def upload_import(*, actor: User, reason: str, kind: ImportKind, season: Any, incoming: Incoming) -> ImportBatch:
    """Keep the source file with its hash and open a batch; the check follows, nothing else is written.

    Refuses: no permission for the kind; type not allowed.
    Effects: a job checks the file; small files of row-wise kinds are checked while the uploading person waits, a worker
    takes over when that process dies.
    """
    try:
        rules.can_upload_import(actor, kind, season).require()
        _require_table(incoming.name)
    except Refused:
        incoming.discard()
        raise
    secrecy = Secrecy.WORK_SECRET if kind.sensitive else Secrecy.INTERNAL
    file = keep_file(actor, incoming, f"导入：{kind.label}", secrecy)
    batch = ImportBatch(
        kind=kind.code,
        permission=kind.permission,
        season=season,
        file=file,
        uploaded_by=actor,
        uploaded_at=file.uploaded_at,
    )
    batch.full_clean()
    batch.save()
    _enqueue("imports.check", f"预检{kind.label}", batch, actor, at_once=is_checked_at_once(batch))
    return batch


def is_checked_at_once(batch: ImportBatch) -> bool:
    """Whether the uploading process waits for the check; it never reads the table itself."""
    return KINDS[batch.kind].bulk is None and batch.file.size <= AT_ONCE_BYTES


def _enqueue(job_kind: str, title: str, batch: ImportBatch, actor: User, at_once: bool = False) -> None:
    params = {"batch": batch.pk, "result_url": reverse("evidence:import", args=[batch.pk])}
    enqueue(kind=job_kind, title=title, params=params, requested_by=actor, at_once=at_once)


def _require_table(name: str) -> None:
    if Path(name).suffix.lower() not in TABLE_SUFFIXES:
        raise Refused(f"“{name}”不是表格文件。", who_can="请另存为不带宏的 xlsx、xls 或 csv 后重新上传。")


@command(
    "imports.confirm", "确认导入", clause=cite("house-two-persons"), weight=Weight.DECISIVE, checks="imports.upload"
)
def confirm_import(*, actor: User, reason: str, batch: ImportBatch) -> ImportBatch:
    """Write what the check accepted, all of it or nothing.

    Refuses: the uploader; not checked; confirmed by somebody else already; nothing to write; the source has changed.
    Effects: bulk kinds are written by a job; sensitive sources are deleted.
    """
    batch = lock(batch)
    rules.can_confirm_import(actor, batch).require()
    kind = KINDS[batch.kind]
    if not batch.totals.get(Verdict.NEW) and not batch.totals.get(Verdict.CHANGED):
        raise Refused("没有可写入的行：全部相同或被拒绝。", who_can="请作废这次导入，改正文件后重新上传。")
    if batch.file.removed_at is None and not is_unchanged(batch.file.storage_name, batch.file.sha256):
        raise Refused(CHANGED)
    batch.confirmed_by, batch.confirmed_at = actor, timezone.now()
    if kind.bulk is not None:
        batch.status = move(IMPORT_TRANSITIONS, batch.status, ImportStatus.APPLYING)
        _enqueue("imports.apply", f"写入{kind.label}", batch, actor)
    else:
        accepted = batch.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED]).order_by("line")
        promised(kind.apply)(list(accepted.values_list("payload", flat=True)), batch, actor)
        batch.status = move(IMPORT_TRANSITIONS, batch.status, ImportStatus.APPLIED)
        if kind.sensitive:
            _forget_on_commit(batch)
    batch.full_clean()
    batch.save()
    return batch


@command("imports.void", "作废导入", clause=cite("house-two-persons"))
def void_import(*, actor: User, reason: str, batch: ImportBatch) -> ImportBatch:
    """Give up a batch that was not written; its verdicts stay readable."""
    batch = lock(batch)
    rules.can_void_import(actor, batch).require()
    kind = KINDS[batch.kind]
    batch.status = move(IMPORT_TRANSITIONS, batch.status, ImportStatus.VOID)
    if kind.bulk is not None:
        kind.bulk.discard(batch)
    if kind.sensitive:
        _forget_on_commit(batch)
    batch.save()
    return batch


def _forget_on_commit(batch: ImportBatch) -> None:
    """The row says so now; the bytes go when it is certain that the command holds."""
    batch.file.removed_at = timezone.now()
    batch.file.save()
    transaction.on_commit(lambda: remove_content(batch.file.storage_name))
