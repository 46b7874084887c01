"""The check of an uploaded file: a verdict on every row, nothing written but the preview."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from admissions.audit.commands import machine_action
from admissions.core.sheets import Row, SheetProblem, Table, read_table
from admissions.core.transitions import move

from ..enums import IMPORT_TRANSITIONS, ImportStatus, Verdict
from ..models import ImportBatch, ImportRow
from ..storage import is_unchanged, path_of, remove_content
from .registry import KINDS, ImportKind, Judged, rejected

CHANGED = "磁盘上的来源文件与上传时的校验值不符，不能导入。请作废后重新上传，并告诉系统管理员。"


def check_batch(batch_id: int, progress: Callable[..., None] = lambda *args, **kwargs: None) -> ImportBatch:
    """Judge the batch's file; run again after a crash it starts over. Unreadable files end as “无法读取”.

    Of two checks at once the second one to finish finds the verdicts written and keeps nothing.
    """
    batch = ImportBatch.objects.select_related("file", "season").get(pk=batch_id)
    if batch.status != ImportStatus.CHECKING:
        return batch
    kind = KINDS[batch.kind]
    verdicts: list[Judged] = []
    try:
        _require_unchanged(batch)
        if kind.bulk is not None:
            batch.totals = kind.bulk.check(batch, path_of(batch.file.storage_name), progress)
        else:
            verdicts = _judge(batch, kind)
            progress(len(verdicts), len(verdicts))
            counts = Counter(verdict.verdict for verdict in verdicts)
            batch.totals = {str(verdict): counts[verdict] for verdict in Verdict}
    except SheetProblem as problem:
        batch.problem = str(problem)
    with machine_action("imports.check", "预检导入文件", f"{kind.label}：{batch.file.name}", target=batch) as action:
        current = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if current.status != ImportStatus.CHECKING:
            return _keep_nothing(current, kind)
        _keep_verdicts(batch, kind, verdicts)
        action.details = {"totals": batch.totals}
    return batch


def _require_unchanged(batch: ImportBatch) -> None:
    if batch.file.removed_at is None and not is_unchanged(batch.file.storage_name, batch.file.sha256):
        raise SheetProblem(CHANGED)


def _keep_nothing(current: ImportBatch, kind: ImportKind) -> ImportBatch:
    """The batch was given up, or checked by somebody faster, while this check went on."""
    if kind.bulk is not None and current.status in (ImportStatus.VOID, ImportStatus.FAILED):
        kind.bulk.discard(current)
    return current


def _keep_verdicts(batch: ImportBatch, kind: ImportKind, verdicts: list[Judged]) -> None:
    if kind.bulk is None:
        ImportRow.objects.filter(batch=batch).delete()
        ImportRow.objects.bulk_create([_as_row(batch, verdict) for verdict in verdicts], batch_size=1000)
    target = ImportStatus.FAILED if batch.problem else ImportStatus.READY
    batch.status = move(IMPORT_TRANSITIONS, batch.status, target)
    if kind.sensitive and (batch.problem or kind.bulk is not None):
        # A bulk kind has staged what it needs; the numbers in its source need not wait for the confirmation.
        forget_source(batch)
    batch.save()


def _judge(batch: ImportBatch, kind: ImportKind) -> list[Judged]:
    table = read_table(path_of(batch.file.storage_name), batch.file.name, kind.columns)
    batch.header_line = table.header_line
    verdicts = _verdicts(kind, table, batch.season)
    if not verdicts:
        raise SheetProblem("表头下面没有数据行，请核对文件。")
    return verdicts


def _verdicts(kind: ImportKind, table: Table, season: Any) -> list[Judged]:
    labels = {column.key: column.label for column in kind.columns}
    sound: list[Row] = []
    verdicts: list[Judged] = []
    for row in table.rows:
        broken = next(iter(row.faults), None)
        if broken is None:
            sound.append(row)
        else:
            verdicts.append(rejected(row, labels[broken], row.faults[broken].shown, row.faults[broken].reason))
    verdicts += kind.judge(sound, season)
    return sorted(verdicts, key=lambda verdict: verdict.line)


def _as_row(batch: ImportBatch, verdict: Judged) -> ImportRow:
    return ImportRow(
        batch=batch,
        line=verdict.line,
        verdict=verdict.verdict,
        label=verdict.label[:200],
        column=verdict.column,
        value=verdict.value[:200],
        reason=verdict.reason[:300],
        changes=verdict.changes,
        payload=verdict.payload,
    )


def forget_source(batch: ImportBatch) -> None:
    """Delete the content of a sensitive source, when it is certain that the command holds; name, size and hash stay."""
    file = batch.file
    if file.removed_at is None:
        file.removed_at = timezone.now()
        file.save()
    transaction.on_commit(lambda: remove_content(file.storage_name))
