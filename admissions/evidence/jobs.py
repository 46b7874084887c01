"""Long imports as jobs."""

from typing import Any

from admissions.audit.commands import machine_action
from admissions.core.importing.kinds import KINDS
from admissions.core.transitions import move
from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job

from .enums import IMPORT_TRANSITIONS, ImportStatus
from .imports.checking import check_batch, forget_source
from .models import ImportBatch


def give_up(job_row: Job, sentence: str) -> None:
    """The batch of a job that will not go on: closed with the reason, nothing written, nothing staged left."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=job_row.params["batch"])
    if batch.status not in (ImportStatus.CHECKING, ImportStatus.APPLYING):
        return
    kind = KINDS[batch.kind]
    batch.status, batch.problem = move(IMPORT_TRANSITIONS, batch.status, ImportStatus.FAILED), sentence
    batch.save()
    if kind.bulk is not None:
        kind.bulk.discard(batch)
    if kind.sensitive:
        forget_source(batch)


@job("imports.check", "预检导入文件", on_stop=give_up)
def check(job_row: Job, progress: Progress) -> dict[str, Any]:
    return {"totals": check_batch(job_row.params["batch"], progress).totals}


@job("imports.apply", "写入导入数据", can_cancel=False, on_stop=give_up)
def apply(job_row: Job, progress: Progress) -> dict[str, Any]:
    """Write a confirmed bulk batch in one transaction with its event; run again it finds the batch applied."""
    batch = ImportBatch.objects.select_related("file", "season", "confirmed_by").get(pk=job_row.params["batch"])
    if batch.status != ImportStatus.APPLYING:
        return {"totals": batch.totals}
    kind = KINDS[batch.kind]
    what, asked_by = f"{kind.label}：{batch.file.name}", batch.confirmed_by
    with machine_action("imports.apply", "写入导入数据", what, target=batch, asked_by=asked_by) as action:
        kind.bulk.apply(batch, progress)
        batch.status = move(IMPORT_TRANSITIONS, batch.status, ImportStatus.APPLIED)
        action.details = {"totals": batch.totals}
        batch.save()
        if kind.sensitive:
            forget_source(batch)
    return {"totals": batch.totals}
