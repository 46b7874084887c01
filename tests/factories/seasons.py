from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.seasons.batches.enums import StageKind
from admissions.seasons.calendar.days import days_of_year
from admissions.seasons.calendar.demo import invented
from admissions.seasons.calendar.seeds import packaged_days
from admissions.seasons.institutions.enums import Level
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.models import Batch, BatchStage, CalendarDay, Institution, Season
from tests.trail import setting_up

from .base import AuditedFactory

BEIJING = ZoneInfo("Asia/Shanghai")


class SeasonFactory(AuditedFactory):
    class Meta:
        model = Season

    year = 2026
    name = factory.Sequence(lambda n: f"2026年招生录取{n}")


class TemplateFactory(SeasonFactory):
    name = factory.Sequence(lambda n: f"录取季模板{n}")
    is_template = True


class OpenSeasonFactory(SeasonFactory):
    status = SeasonStatus.OPEN
    basis = "测试决议〔2026〕1号"
    opened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=14))


class BatchFactory(AuditedFactory):
    class Meta:
        model = Batch

    season = factory.SubFactory(SeasonFactory)
    name = factory.Sequence(lambda n: f"批次{n}")
    order = factory.Sequence(lambda n: n % 900 + 1)
    starts_on = factory.LazyAttribute(lambda batch: date(batch.season.year, 7, 10))
    ends_on = factory.LazyAttribute(lambda batch: batch.starts_on + timedelta(days=9))


class BatchStageFactory(AuditedFactory):
    class Meta:
        model = BatchStage

    batch = factory.SubFactory(BatchFactory)
    kind = StageKind.FILING
    period = factory.LazyAttribute(lambda stage: hours_of(stage.batch.starts_on, 8, 18))


class InstitutionFactory(AuditedFactory):
    class Meta:
        model = Institution

    code = factory.Sequence(lambda n: f"41{n:08}")
    name = factory.Sequence(lambda n: f"演示大学{n}")
    authority = "演示省"
    province = "演示省"
    location = "演示市"
    level = Level.UNDERGRADUATE


def hours_of(day: date, first: int, last: int) -> DateTimeTZRange:
    """From one hour to another of a day in Beijing time."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    return DateTimeTZRange(midnight + timedelta(hours=first), midnight + timedelta(hours=last), "[)")


def invented_calendar(day: date) -> list[Any]:
    """Of the year of this day and the next, which may have no notice yet: each day says that it is invented."""
    return invented_years(day.year, day.year + 1)


def invented_years(*years: int) -> list[Any]:
    with setting_up():
        return CalendarDay.objects.record_many(
            [
                CalendarDay(date=found.date, is_work=found.is_work, label=found.label, source=found.source)
                for year in years
                for found in map(invented, days_of_year(year))
            ]
        )


def calendar_of(*years: int) -> list[Any]:
    """The packaged calendar of some years as rows."""
    with setting_up():
        return CalendarDay.objects.record_many(
            [
                CalendarDay(date=day.date, is_work=day.is_work, label=day.label, source=day.source)
                for day in packaged_days()
                if day.date.year in years
            ]
        )
