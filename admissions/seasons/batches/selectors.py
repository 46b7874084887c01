"""Batches with their stages as pages, chart and frame show them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from admissions.accounts.models import User
from admissions.seasons.lifecycle.models import Season

from .models import Batch, BatchStage


@dataclass(frozen=True)
class StageClock:
    """The stage that runs now and ends first; the frame shows its clock."""

    label: str
    ends_at: datetime


def batches_of(user: User, season: Season) -> QuerySet:
    """Batches of a season with their stages in time order; two queries."""
    stages = Prefetch("stages", BatchStage.objects.order_by("period", "id"), to_attr="stages_in_order")
    return Batch.objects.visible_to(user).of_season(season).select_related("season").prefetch_related(stages)


def stage_clock(season: Season | None, at: datetime | None = None) -> StageClock | None:
    """What the top bar shows while a batch is under way."""
    if season is None:
        return None
    running = BatchStage.objects.of_season(season).filter(period__contains=at or timezone.now())
    stage = running.select_related("batch").order_by("period__endswith", "pk").first()
    return StageClock(str(stage), stage.period.upper) if stage else None
