"""Claim, run, renew, finish. A lost worker's lease runs out and the job is sent again."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from kombu.exceptions import OperationalError

from admissions.audit.commands import command, machine_action
from admissions.celery import app
from admissions.core.decision import Decision, Refused, allow, deny

from .enums import JobState
from .models import Job
from .registry import KINDS, JobCancelled, JobKind, JobLost

LEASE = timedelta(seconds=90)
BROKEN = "系统故障，已停止重试。请把任务编号告诉系统管理员。"
INTERRUPTED = "多次中断，已停止重试。请把任务编号告诉系统管理员。"
UNKNOWN = "系统不认识这类任务，没有运行。请把任务编号告诉系统管理员。"
CANCELLED = "已按要求取消，已完成的部分保留。"
log = structlog.get_logger(__name__)


def enqueue(*, kind: str, title: str, params: dict[str, Any], requested_by: Any = None, at_once: bool = False) -> Job:
    """Put a job into the table, inside the transaction of the command that wants it; it is delivered on commit.

    `at_once`: the caller runs it in its own process; a worker comes only if that one dies.
    """
    if kind not in KINDS:
        raise LookupError(f"unknown job kind {kind}")
    created = Job.objects.create(kind=kind, title=title[:200], params=params, requested_by=requested_by)
    if not at_once:
        transaction.on_commit(lambda: deliver(created.pk))
    return created


def deliver(job_id: int) -> None:
    """Hand the id to the broker; without a broker the beat timer will send it later, nothing is lost."""
    try:
        app.send_task("jobs.run", args=[job_id])
    except (OSError, OperationalError) as error:
        log.warning("job not delivered", job_id=job_id, error=type(error).__name__)


def due_jobs() -> list[int]:
    """Jobs nobody works on: never delivered for a minute, or their lease ran out."""
    now = timezone.now()
    lost = Q(state=JobState.RUNNING, lease_until__lt=now)
    stuck = Q(state=JobState.WAITING, created_at__lt=now - timedelta(seconds=60)) & (
        Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    )
    return list(Job.objects.filter(lost | stuck).order_by("id").values_list("pk", flat=True)[:100])


def run(job_id: int) -> bool:
    """Run the job if it is free; False when another worker has it, it is finished, or it was interrupted too often."""
    claimed = _claim(job_id)
    if claimed is None:
        return False
    kind = KINDS.get(claimed.kind)
    try:
        if kind is None:
            _finish(claimed, JobState.FAILED, error=UNKNOWN)
        elif claimed.attempts > kind.max_attempts:
            _finish(claimed, JobState.FAILED, error=INTERRUPTED)
        else:
            _work(claimed, kind)
            return True
    except JobLost:
        log.warning("job went on elsewhere", job_id=job_id, attempt=claimed.attempts)
    return False


def _work(claimed: Job, kind: JobKind) -> None:
    try:
        result = kind.run(claimed, lambda done, total=None, note="": _progress(claimed, done, total, note))
    except JobLost:
        raise
    except JobCancelled:
        _finish(claimed, JobState.CANCELLED, note=CANCELLED)
    except Refused as refusal:
        _finish(claimed, JobState.FAILED, error=refusal.decision.sentence)
    except Exception as error:  # a fault of ours: kept for a retry, then shown as failed
        log.exception("job failed", job_id=claimed.pk, kind=claimed.kind, error=type(error).__name__)
        _retry(claimed, kind.max_attempts)
    else:
        _finish(claimed, JobState.DONE, result=result or {})


def _claim(job_id: int) -> Job | None:
    """Take the job for the length of a lease; the number of the attempt tells this worker from later ones."""
    now = timezone.now()
    with transaction.atomic():
        found = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
        if found is None or not found.is_open or (found.state == JobState.RUNNING and found.lease_until > now):
            return None
        found.state, found.lease_until, found.attempts = JobState.RUNNING, now + LEASE, found.attempts + 1
        found.started_at, found.note = found.started_at or now, ""
        found.save()
    return found


def _ours(current: Job) -> QuerySet:
    """The row as long as no later attempt has taken it: a worker thought dead must not write over its successor."""
    return Job.objects.filter(pk=current.pk, state=JobState.RUNNING, attempts=current.attempts)


def _progress(current: Job, done: int, total: int | None, note: str) -> None:
    known = Case(When(total__gt=0, then=Greatest(F("total"), Value(done))), default=F("total"))
    values: dict[str, Any] = {
        "done": done,
        "total": known if total is None else max(total, done),
        "lease_until": timezone.now() + LEASE,
    }
    if note:
        values["note"] = note[:300]
    if not _ours(current).update(**values):
        raise JobLost
    if Job.objects.filter(pk=current.pk, cancel_asked=True).exists():
        raise JobCancelled


def _finish(
    current: Job, state: JobState, *, result: dict[str, Any] | None = None, note: str = "", error: str = ""
) -> None:
    with machine_action("jobs.finish", "后台任务结束", f"{current.title}：{state.label}") as action:
        action.details = {"job": current.pk, "kind": current.kind, "result": result or {}}
        if not _mark(_ours(current), state, result=result, note=note, error=error):
            raise JobLost
        if state != JobState.DONE:
            _tell_owner(current, error or note)


def _mark(
    rows: QuerySet, state: JobState, *, result: dict[str, Any] | None = None, note: str = "", error: str = ""
) -> int:
    values: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "lease_until": None, "error": error}
    if result is not None:
        values["result"] = result
    if note:
        values["note"] = note
    if state == JobState.DONE:
        values["done"] = Greatest(F("done"), F("total"))
    return rows.update(**values)


def _tell_owner(current: Job, sentence: str) -> None:
    """What waits for the job must not wait for ever."""
    kind = KINDS.get(current.kind)
    if kind is not None and kind.on_stop is not None:
        kind.on_stop(current, sentence)


def _retry(current: Job, max_attempts: int) -> None:
    """Free the job for another try soon; after the last try it has failed."""
    if not connection.in_atomic_block:  # inside a test's own transaction
        connection.close_if_unusable_or_obsolete()
    if current.attempts >= max_attempts:
        _finish(current, JobState.FAILED, error=BROKEN)
        return
    later = timezone.now() + timedelta(seconds=5 * current.attempts)
    _ours(current).update(state=JobState.WAITING, lease_until=later, note="出现故障，稍后自动重试。")


@command("jobs.cancel", "取消后台任务")
def cancel(*, actor: Any, reason: str, job: Job) -> None:
    """Stop a job: at once while it waits, else at its next progress report.

    Refuses: it has ended; its kind must not be torn. Effects: what waits for it is told.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    can_cancel(job).require()
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    if job.state == JobState.WAITING:
        _mark(Job.objects.filter(pk=job.pk), JobState.CANCELLED, note=CANCELLED)
        _tell_owner(job, CANCELLED)


def can_cancel(job: Job) -> Decision:
    if not job.is_open:
        return deny("任务已经结束。")
    kind = KINDS.get(job.kind)
    return allow() if kind is not None and kind.can_cancel else deny("这类任务中途取消不安全，请等它结束。")
