"""A season that was put away."""

from django.utils import timezone

from admissions.archive.models import SeasonArchive
from admissions.archive.services import archive_season
from admissions.jobs.enums import JobState
from admissions.jobs.runner import run
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.supervision import again
from tests.factories.workgroups import SeasonFactory
from tests.house.lookers import SECRETARY
from tests.house.world import World


def plant(world: World) -> None:
    """Nothing before others have planted."""


def plant_over(world: World) -> None:
    archive, ready, failed = (_archived(world) for _ in range(3))
    run(ready.job_id)
    ready.refresh_from_db()
    failed.job.state = JobState.FAILED
    failed.job.save()
    world.keep(archive=archive, ready_archive=ready, failed_archive=failed)


def _archived(world: World) -> SeasonArchive:
    now = timezone.now()
    season = SeasonFactory(status=SeasonStatus.CLOSED, opened_at=now, closed_at=now, basis="纪要")
    return archive_season(actor=again(world.who[SECRETARY]), reason="归档", season=season)
