"""The check of an uploaded file: a verdict on every row, nothing written but the preview."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from admissions.accounts.personal_numbers import without_numbers
from admissions.audit.commands import machine_action
from admissions.core.importing.kinds import KINDS, ImportKind, Judged, Verdict, rejected
from admissions.core.importing.sheets import LINE, Row, SheetProblem, Table, read_table
from admissions.core.transitions import move

from ..enums import IMPORT_TRANSITIONS, ImportStatus
from ..models import ImportBatch, ImportRow
from ..storage import path_of, remove_content
from ..unchanged import Changed, unchanged_copy
from .reckoning import kept

CHANGED = "磁盘上的来源文件与上传时的校验值不符，不能导入。请作废后重新上传，并告诉系统管理员。"


def check_batch(batch_id: int, progress: Callable[..., None] = lambda *args, **kwargs: None) -> ImportBatch:
    """Judge the batch's file; run again after a crash it starts over. Unreadable files end as “无法读取”.

    Of two checks at once the second one to finish finds the verdicts written and keeps nothing. Raises Refused where the
    uploader must keep away from what the rows name.
    """
    batch = ImportBatch.objects.select_related("file", "season", "uploaded_by").get(pk=batch_id)
    if batch.status != ImportStatus.CHECKING:
        return batch
    kind = KINDS[batch.kind]
    verdicts: list[Judged] = []
    try:
        with unchanged_copy(path_of(batch.file.storage_name), batch.file.sha256) as source:
            if kind.bulk is not None:
                batch.totals = kind.bulk.check(batch, source, progress)
            else:
                verdicts = _judge(batch, source, kind)
                progress(len(verdicts), len(verdicts))
                counts = Counter(verdict.verdict for verdict in verdicts)
                batch.totals = {str(verdict): counts[verdict] for verdict in Verdict}
    except Changed:
        batch.problem = CHANGED
    except SheetProblem as problem:
        batch.problem = without_numbers(str(problem))
    what, asked_by = f"{kind.label}：{batch.file.name}", batch.uploaded_by
    with machine_action("imports.check", "预检导入文件", what, target=batch, asked_by=asked_by) as action:
        current = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if current.status != ImportStatus.CHECKING:
            return _keep_nothing(current, kind)
        _keep_verdicts(batch, kind, verdicts)
        action.details = {"totals": batch.totals}
    return batch


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


def _judge(batch: ImportBatch, source: Path, kind: ImportKind) -> list[Judged]:
    table = read_table(source, batch.file.name, kind.columns)
    batch.header_line = table.header_line
    verdicts = _verdicts(kind, table, batch.season)
    if not verdicts:
        raise SheetProblem("表头下面没有数据行，请核对文件。")
    judged = len({verdict.line for verdict in verdicts if verdict.line})
    batch.account = {**kept(table.account), "headings": table.account.rows - judged}
    return verdicts


def _verdicts(kind: ImportKind, table: Table, season: Any) -> list[Judged]:
    labels = {LINE: ""} | {column.key: column.label for column in kind.columns}
    sound: list[Row] = []
    verdicts: list[Judged] = []
    for row in table.rows:
        broken = next(iter(row.faults), None)
        if broken is None:
            sound.append(row)
        else:
            verdicts.append(rejected(row, labels[broken], row.faults[broken].shown, row.faults[broken].reason))
    is_whole = not verdicts
    verdicts += [verdict if verdict.line or is_whole else _withheld(verdict) for verdict in kind.judge(sound, season)]
    return sorted(verdicts, key=lambda verdict: verdict.line)


def _withheld(verdict: Judged) -> Judged:
    """What the file does not name may stand in a line that could not be read: nothing is concluded from its absence."""
    return Judged(0, Verdict.REJECTED, verdict.label, reason="文件里有没读出的行，不能断定这一项不在其中，不作更改")


def _as_row(batch: ImportBatch, verdict: Judged) -> ImportRow:
    return ImportRow(
        batch=batch,
        line=verdict.line,
        verdict=verdict.verdict,
        label=without_numbers(verdict.label)[:200],
        column=verdict.column,
        value=without_numbers(verdict.value)[:200],
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
