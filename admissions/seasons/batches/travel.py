"""How batches and stages travel to the next season: same plan, dates moved to the new year, to be checked there."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.seasons.cloning import CloneMap
from admissions.seasons.lifecycle.models import Season

from .models import Batch, BatchStage
from .rules import days_text, period_text


def copy_batches(source: Season, target: Season, copies: CloneMap) -> int:
    """Batches with their days moved by the difference of the years."""
    years = target.year - source.year
    batches = list(Batch.objects.of_season(source))
    made = [
        Batch(
            season=target,
            name=batch.name,
            subject=batch.subject,
            order=batch.order,
            starts_on=moved(batch.starts_on, years),
            ends_on=moved(batch.ends_on, years),
        )
        for batch in batches
    ]
    for old, new in zip(batches, Batch.objects.record_many(made), strict=True):
        copies.put(old, new)
    return len(made)


def copy_stages(source: Season, target: Season, copies: CloneMap) -> int:
    """Stages of the copied batches, moved alike."""
    years = target.year - source.year
    stages = BatchStage.objects.of_season(source).select_related("batch")
    made = [
        BatchStage(
            batch=copies.copy_of(stage.batch),
            kind=stage.kind,
            label=stage.label,
            period=DateTimeTZRange(_moved_at(stage.period.lower, years), _moved_at(stage.period.upper, years), "[)"),
        )
        for stage in stages
    ]
    return len(BatchStage.objects.record_many(made))


def describe_batches(season: Season) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What the diff page compares."""
    for batch in Batch.objects.of_season(season):
        yield "批次", str(batch), {"顺序": str(batch.order), "起止日期": days_text(batch, with_year=False)}


def describe_stages(season: Season) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Stages by batch, kind and how many-th of its kind."""
    seen: dict[str, int] = {}
    for stage in BatchStage.objects.of_season(season).select_related("batch").order_by("batch__order", "period"):
        name = f"{stage.batch}·{stage.get_kind_display()}"
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name}（第{seen[name]}次）"
        yield "批次阶段", key, {"名称": stage.title, "起止时间": period_text(stage, with_year=False)}


def moved(day: date | None, years: int) -> date | None:
    """The same day of another year; 29 February becomes the 28th."""
    if day is None:
        return None
    return day.replace(year=day.year + years, day=min(day.day, monthrange(day.year + years, day.month)[1]))


def _moved_at(moment: datetime, years: int) -> datetime:
    local: Any = timezone.localtime(moment)
    day = moved(local.date(), years)
    return local + timedelta(days=(day - local.date()).days)
