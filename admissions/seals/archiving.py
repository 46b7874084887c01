"""归档: freeze a closed season and have it packed."""

import hashlib
import secrets
from typing import Any

from django.urls import reverse
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.access import recused_scope, trail_access
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.audit.trail import person_name
from admissions.core.decision import Decision, Refused, deny, first_denial
from admissions.core.decision import allow as yes
from admissions.core.numbering import next_number
from admissions.jobs.enums import JobState
from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job
from admissions.jobs.runner import enqueue
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.models import Season

from .enums import Disclosure
from .export import Reader, exports_root, write_export
from .models import Seal, SeasonArchive
from .sealing import seal
from .season_pack import write_season

ARCHIVE = "seals.archive"
SERIES = "录档"
explain_constraint("seals_seasonarchive_season_id_key", "这个录取季已由他人归档，请刷新页面。")


def can_archive(user: Any, season: Season) -> Decision:
    """The secretariat puts away what is closed, once."""
    if season.status != SeasonStatus.CLOSED:
        return deny(f"录取季是“{season.get_status_display()}”，结束以后才能归档。", who_can="请行政秘书先结束录取季。")
    once = deny("这个录取季已经归档。") if SeasonArchive.objects.filter(season=season).exists() else yes()
    return first_denial(may(user, Permission.MANAGE_SEASONS, "归档录取季", season_id=season.pk), once)


def can_fetch(user: Any) -> Decision:
    """The pack shows the whole season: only who keeps every season or reads the whole trail, recused from nothing."""
    if recused_scope(user).subjects():
        return deny("归档包含有您应当回避的内容，不能下载。", who_can="请由没有回避事项的审计管理员办理。")
    if trail_access(user).everything:
        return yes()
    return may(user, Permission.MANAGE_SEASONS, "下载归档包")


@command("seals.archive_season", "归档录取季", critical=True)
def archive_season(*, actor: Any, reason: str, season: Season) -> SeasonArchive:
    """Freeze the season in the database and have its pack made.

    Refuses: not closed; archived already; not the secretariat.
    Effects: every later change of a record of the season is refused by the database; a job makes the pack.
    """
    season = lock(season)
    can_archive(actor, season).require()
    now = timezone.now()
    archive = SeasonArchive(
        season=season,
        number=next_number(SeasonArchive._base_manager, "number", SERIES, timezone.localtime(now).year),
        archived_by=actor,
        archived_by_name=person_name(actor),
        archived_at=now,
        job=_pack_job(actor, season),
    )
    archive.full_clean()
    archive.save()
    _tell_job(archive)
    return archive


def _pack_job(actor: Any, season: Season) -> Job:
    return enqueue(kind=ARCHIVE, title=f"生成归档包（{season}）", params={}, requested_by=actor)


def _tell_job(archive: SeasonArchive) -> None:
    archive.job.params = {"archive": archive.pk, "result_url": reverse("seals:archive", args=[archive.pk])}
    archive.job.save()


def can_pack_again(user: Any, archive: SeasonArchive) -> Decision:
    """Where the pack was not made: a full disk, a missing key."""
    if archive.is_ready:
        return deny("归档包已经生成。")
    if archive.job.state not in (JobState.FAILED, JobState.CANCELLED):
        return deny("归档包没有生成失败，不用重新生成。")
    return may(user, Permission.MANAGE_SEASONS, "重新生成归档包", season_id=archive.season_id)


@command("seals.pack_again", "重新生成归档包")
def pack_again(*, actor: Any, reason: str, archive: SeasonArchive) -> SeasonArchive:
    """The season stays as frozen as it is; only its pack is made by another job.

    Refuses: the pack is there or still being made; not the secretariat.
    """
    archive = lock(archive)
    can_pack_again(actor, archive).require()
    archive.job = _pack_job(actor, archive.season)
    archive.full_clean()
    archive.save()
    _tell_job(archive)
    return archive


@job(ARCHIVE, "生成归档包", can_cancel=False)
def make_archive(task: Job, progress: Progress) -> dict[str, Any]:
    """Seal what is there, then write the pack beside its final name and rename it."""
    archive = SeasonArchive.objects.select_related("season", "archived_by").get(pk=task.params["archive"])
    if archive.is_ready:
        return {"archive": archive.pk}
    seal(f"归档：{archive.season}")
    last = Seal.objects.newest_first().first()
    if last is None:
        raise Refused("还没有印记，不能归档。", who_can="请系统管理员检查封存任务和 SEAL_KEY。")
    draft, name = exports_root() / f"archive-{archive.pk}.part", f"{secrets.token_hex(16)}.zip"
    events = Event.objects.filter(season_id=archive.season_id)
    reader = Reader(
        archive.archived_by_name, f"归档 {archive.number}", Disclosure.SEASON, events,
        lambda pack, tell: write_season(pack, archive, tell),
    )  # fmt: skip
    try:
        write_export(draft, last, reader, progress)
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        draft.rename(exports_root() / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finish_archive(
        actor=archive.archived_by, reason=f"归档 {archive.number}", archive=archive, seal=last,
        storage_name=name, sha256=digest,
    )  # fmt: skip
    return {"archive": archive.pk}


@command("seals.finish_archive", "生成归档包")
def finish_archive(
    *, actor: Any, reason: str, archive: SeasonArchive, seal: Seal, storage_name: str, sha256: str
) -> SeasonArchive:
    """Called by the job: the pack lies ready."""
    archive = lock(archive)
    archive.seal, archive.storage_name, archive.sha256 = seal, storage_name, sha256
    archive.file_size = (exports_root() / storage_name).stat().st_size
    archive.ready_at = timezone.now()
    archive.full_clean()
    archive.save()
    return archive
