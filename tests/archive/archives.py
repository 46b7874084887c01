"""A season put away, and its pack looked into."""

import json
import zipfile
from pathlib import Path
from typing import Any

from admissions.accounts.enums import Role
from admissions.archive.models import SeasonArchive
from admissions.archive.services import archive_season
from admissions.jobs.enums import JobState
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from admissions.seals.export import exports_root
from admissions.seasons.lifecycle.services import close_season
from admissions.seasons.models import Season
from tests.factories.accounts import user_with


def put_away(season: Season) -> SeasonArchive:
    """Closed, frozen and packed."""
    secretary = user_with(Role.SECRETARIAT)
    close_season(actor=secretary, reason="录取结束", season=season)
    return archived(season)


def archived(season: Season) -> SeasonArchive:
    archive = archive_season(
        actor=user_with(Role.SECRETARIAT), reason="按年度归档", season=Season.objects.get(pk=season.pk)
    )
    run(archive.job_id)
    job = Job.objects.get(pk=archive.job_id)
    assert job.state == JobState.DONE, job.error
    archive.refresh_from_db()
    return archive


def path_of(archive: SeasonArchive) -> Path:
    return exports_root() / archive.storage_name


def member(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as pack:
        data = pack.read(name)
    return json.loads(data) if name.endswith(".json") else data.decode()


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as pack:
        return pack.namelist()
