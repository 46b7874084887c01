"""What of the plan is missing when a season is to be opened."""

from typing import Any

from django.urls import reverse

from admissions.house.questions import Unfinished
from admissions.house.unfinished import still_open

from .calendar.days import missing_days, spans_text
from .calendar.selectors import days_of
from .institutions.models import Institution

SECRETARY = "行政秘书"


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """The calendar of its years is there: no term is reckoned without it. Batches have their dates; batches and the list of
    institutions may follow.
    """
    return [*_calendar(season), *_batches(season, user), *_institutions()]


def years_of(season: Any) -> list[int]:
    """The season's year, and those its batches reach into."""
    days = [day for pair in season.batches.values_list("starts_on", "ends_on") for day in pair if day is not None]
    return sorted({season.year, *(day.year for day in days)})


def _calendar(season: Any) -> list[Unfinished]:
    found = []
    for year in years_of(season):
        missing = missing_days(year, days_of(year))
        if missing:
            url = reverse("seasons:calendar-year", args=[year])
            kind = f"{year}年工作日历（缺{spans_text(missing)}）"
            who = f"{SECRETARY}按当年放假和调休通知导入，由另一人确认"
            found.append(Unfinished(kind, len(missing), who, url=url))
    return found


def _institutions() -> list[Unfinished]:
    if Institution.objects.exists():
        return []
    url = reverse("seasons:institutions")
    return [Unfinished("院校名单尚未导入", 1, SECRETARY, carry_over="可在开启后由行政秘书导入。", url=url)]


def _batches(season: Any, user: Any) -> list[Unfinished]:
    url = reverse("seasons:schedule", args=[season.pk])
    batches = season.batches.all()
    if not batches.exists():
        return [Unfinished("批次尚未登记", 1, SECRETARY, carry_over="可在开启后由行政秘书登记。", url=url)]
    return still_open(batches.filter(starts_on__isnull=True), user, "没有起止日期的批次", f"{SECRETARY}补齐起止日期")
