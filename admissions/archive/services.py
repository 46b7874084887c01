"""归档: freeze a closed season and have it packed."""

import hashlib
import secrets
from typing import Any

from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.audit.trail import person_name
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.numbering import next_number
from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job
from admissions.jobs.runner import enqueue
from admissions.seals.enums import Disclosure
from admissions.seals.export import Reader, exports_root, write_export
from admissions.seals.models import Seal
from admissions.seals.sealing import seal
from admissions.seasons.models import Season

from .models import SeasonArchive
from .rules import can_archive, can_pack_again
from .season_pack import write_season

ARCHIVE = "archive.pack"
SERIES = "录档"
explain_unique(SeasonArchive, "season", "这个录取季已由他人归档，请刷新页面。")


@command(
    "archive.archive_season",
    "归档录取季",
    clause=cite("records-37"),
    weight=Weight.DECISIVE,
    after_season=Exempt("only a season that has ended is archived"),
)
def archive_season(*, actor: User, reason: str, season: Season) -> SeasonArchive:
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


def _pack_job(actor: User, season: Season) -> Job:
    return enqueue(kind=ARCHIVE, title=f"生成归档包（{season}）", params={}, requested_by=actor)


def _tell_job(archive: SeasonArchive) -> None:
    archive.job.params = {"archive": archive.pk, "result_url": reverse("archive:one", args=[archive.pk])}
    archive.job.save()


@command(
    "archive.pack_again",
    "重新生成归档包",
    clause=cite("records-37"),
    after_season=Exempt("only a season that has ended is archived"),
)
def pack_again(*, actor: User, reason: str, archive: SeasonArchive) -> SeasonArchive:
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


@command(
    "archive.finish_archive",
    "生成归档包",
    clause=cite("records-37"),
    after_season=Exempt("only a season that has ended is archived"),
)
def finish_archive(
    *, actor: User, reason: str, archive: SeasonArchive, seal: Seal, storage_name: str, sha256: str
) -> SeasonArchive:
    """Called by the job: the pack lies ready."""
    archive = lock(archive)
    archive.seal, archive.storage_name, archive.sha256 = seal, storage_name, sha256
    archive.file_size = (exports_root() / storage_name).stat().st_size
    archive.ready_at = timezone.now()
    archive.full_clean()
    archive.save()
    return archive
