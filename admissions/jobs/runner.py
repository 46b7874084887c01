"""Claim, run, renew, finish.

The lease is renewed by a clock for as long as the process works, and its connection holds a mark that goes with it: while one
of the two is there no job runs a second time. A job whose process
vanished is run once more at most, in a process of its own: if it ends that one too, it has failed and nothing else stops.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.commands import command, machine_action
from admissions.audit.facts import No
from admissions.core.broker import hand_over
from admissions.core.decision import Decision, Refused, allow, deny
from admissions.core.faults import is_full

from .enums import JobState
from .models import Job
from .registry import KINDS, JobCancelled, JobKind, JobLost

LEASE = timedelta(seconds=90)
# The first half of the keys of our advisory locks.
WORKED_ON = 0x10B5
BROKEN = "系统故障，已停止重试。请把任务编号告诉系统管理员。"
NO_ROOM = "服务器的存储空间不足，已停止重试，没有留下不完整的文件。请系统管理员清理存储空间后，重新发起。"
# How often a job's process may vanish; the last time it was alone.
MOST_VANISHED = 1
INTERRUPTED = "多次中断，已停止重试。请把任务编号告诉系统管理员。"
UNKNOWN = "系统不认识这类任务，没有运行。请把任务编号告诉系统管理员。"
CANCELLED = "已按要求取消，已完成的部分保留。"
NOT_DELIVERED = "任务已经登记，暂时没有交到后台（缓存服务没有应答）。恢复后一两分钟内自动开始，不必重新提交。"
log = structlog.get_logger(__name__)


def enqueue(*, kind: str, title: str, params: dict[str, Any], requested_by: Any, at_once: bool = False) -> Job:
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
    """Hand the id to the broker; without a broker the timer will send it later, nothing is lost, and its page says so."""
    if not hand_over("jobs.run", job_id):
        Job.objects.filter(pk=job_id, state=JobState.WAITING).update(note=NOT_DELIVERED)


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
        elif claimed.attempts > kind.max_attempts or claimed.vanished > MOST_VANISHED:
            _finish(claimed, JobState.FAILED, error=INTERRUPTED)
        elif claimed.vanished and kind.apart:
            return _work_apart(claimed)
        else:
            _work(claimed, kind)
            return True
    except JobLost:
        log.warning("job went on elsewhere", job_id=job_id, attempt=claimed.attempts)
    return False


def _work_apart(claimed: Job) -> bool:
    """The job in a process of its own, which may die of it."""
    command = [sys.executable, "manage.py", "run_job_alone", str(claimed.pk), str(claimed.attempts)]
    with _held(claimed.pk), _renewed(claimed):
        ended = subprocess.run(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, check=False).returncode
    if ended == 0:
        return True
    log.warning("job ended its process", job_id=claimed.pk, kind=claimed.kind, code=ended)
    _finish(claimed, JobState.FAILED, error=INTERRUPTED)
    return False


def run_alone(job_id: int, attempt: int) -> None:
    """In the process of its own: the work of a job that was claimed for it."""
    claimed = Job.objects.get(pk=job_id, attempts=attempt, state=JobState.RUNNING)
    try:
        _work(claimed, KINDS[claimed.kind])
    except JobLost:
        log.warning("job went on elsewhere", job_id=job_id, attempt=attempt)


@contextmanager
def _renewed(claimed: Job) -> Iterator[None]:
    """While inside, a clock of its own renews the lease, however long the work says nothing."""
    stopped = threading.Event()
    clock = threading.Thread(target=_renew, args=(claimed, stopped), name=f"lease of job {claimed.pk}", daemon=True)
    clock.start()
    try:
        yield
    finally:
        stopped.set()


def _renew(claimed: Job, stopped: threading.Event) -> None:
    """On a connection of this thread; ends when the job is no longer ours."""
    try:
        while not stopped.wait(LEASE.total_seconds() / 3):
            try:
                if not _ours(claimed).update(lease_until=timezone.now() + LEASE):
                    return
            except DatabaseError as error:
                log.warning("lease not renewed", job_id=claimed.pk, error=type(error).__name__)
                connection.close()
    finally:
        connection.close()


def _work(claimed: Job, kind: JobKind) -> None:
    try:
        with _held(claimed.pk), _renewed(claimed):
            result = kind.run(claimed, lambda done, total=None, note="": _progress(claimed, done, total, note))
    except JobLost:
        raise
    except JobCancelled:
        _finish(claimed, JobState.CANCELLED, note=CANCELLED)
    except Refused as refusal:
        _finish(claimed, JobState.FAILED, error=refusal.decision.sentence)
    except Exception as error:  # a fault of ours: kept for a retry, then shown as failed
        log.exception("job failed", job_id=claimed.pk, kind=claimed.kind, error=type(error).__name__)
        _retry(claimed, kind.max_attempts, NO_ROOM if is_full(error) else BROKEN)
    else:
        _finish(claimed, JobState.DONE, result=result or {})


def _claim(job_id: int) -> Job | None:
    """Take the job for the length of a lease; the number of the attempt tells this worker from later ones."""
    now = timezone.now()
    with transaction.atomic():
        found = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
        if found is None or not found.is_open or (found.state == JobState.RUNNING and found.lease_until > now):
            return None
        if found.state == JobState.RUNNING:
            # The lease ran out while the process works: its clock stood still, or could not reach the database.
            if _is_held(job_id):
                return None
            found.vanished += 1
        found.state, found.lease_until, found.attempts = JobState.RUNNING, now + LEASE, found.attempts + 1
        found.started_at, found.note = found.started_at or now, ""
        found.save()
    return found


@contextmanager
def _held(job_id: int) -> Iterator[None]:
    """While inside, this connection says that the job is worked on. The mark needs no clock: it ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", [WORKED_ON, job_id])
    try:
        yield
    finally:
        _let_go(job_id)


def _let_go(job_id: int) -> None:
    """A connection that was lost has let go already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", [WORKED_ON, job_id])
    except DatabaseError as error:
        log.warning("mark of a job lost", job_id=job_id, error=type(error).__name__)


def _is_held(job_id: int) -> bool:
    """Whether somebody else's connection says so; asked inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [WORKED_ON, job_id])
        return not cursor.fetchone()[0]


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
        action.asked_by = current.requested_by
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


def _retry(current: Job, max_attempts: int, why: str) -> None:
    """Free the job for another try soon; after the last try it has failed, and its page says why."""
    if not connection.in_atomic_block:  # inside a test's own transaction
        connection.close_if_unusable_or_obsolete()
    if current.attempts >= max_attempts:
        _finish(current, JobState.FAILED, error=why)
        return
    later = timezone.now() + timedelta(seconds=5 * current.attempts)
    _ours(current).update(state=JobState.WAITING, lease_until=later, note="出现故障，稍后自动重试。")


@command("jobs.cancel", "取消后台任务", clause=No("停下自己发起的后台任务，不改变任何录取工作记录"))
def cancel(*, actor: Any, reason: str, job: Job) -> None:
    """Stop a job: at once while it waits, else at its next progress report.

    Refuses: another's job; it has ended; its kind must not be torn. Effects: what waits for it is told.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    can_cancel(actor, job).require()
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    if job.state == JobState.WAITING:
        _mark(Job.objects.filter(pk=job.pk), JobState.CANCELLED, note=CANCELLED)
        _tell_owner(job, CANCELLED)


def can_cancel(user: User, job: Job) -> Decision:
    """Whoever asked for the work, or runs the system."""
    if job.requested_by_id != user.pk and not has_permission(user, Permission.RUN_SYSTEM):
        return deny("后台任务由发起人或系统管理员取消。", who_can="请由发起人或系统管理员办理。")
    if not job.is_open:
        return deny("任务已经结束。", who_can="结果在任务页查看；需要的，请重新发起。")
    kind = KINDS.get(job.kind)
    return allow() if kind is not None and kind.can_cancel else deny("这类任务中途取消不安全，请等它结束。")
