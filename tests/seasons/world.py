"""A season that is open with a batch, a stage and an institution, and one that is closed."""

from django.utils import timezone

from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.seasons import (
    BatchFactory,
    BatchStageFactory,
    InstitutionFactory,
    OpenSeasonFactory,
    SeasonFactory,
    calendar_of,
    invented_years,
)
from tests.house.world import INSTITUTION_NAME, World


def plant(world: World) -> None:
    season = OpenSeasonFactory(name="2026年录取")
    batch = BatchFactory(season=season)
    now = timezone.now()
    coming = SeasonFactory(year=2027, name="2027年录取")
    calendar_of(2026)
    invented_years(2027)
    world.keep(
        next_season=coming,
        bare_batch=BatchFactory(season=coming),
    )
    world.keep(
        season=season,
        batch=batch,
        stage=BatchStageFactory(batch=batch),
        institution=InstitutionFactory(name=INSTITUTION_NAME),
        closed_season=SeasonFactory(status=SeasonStatus.CLOSED, opened_at=now, closed_at=now, basis="纪要"),
    )
