"""Policies and a calendar for the engine's tests."""

from functools import cache
from typing import Any

from admissions.seasons.calendar.days import WorkCalendar
from admissions.seasons.calendar.seeds import packaged_days
from admissions.seasons.deadlines.enums import LastDay, PauseReason, Unit
from admissions.seasons.deadlines.policy import Policy


@cache
def packaged_calendar() -> WorkCalendar:
    return WorkCalendar.of({day.date: day for day in packaged_days()})


def policy(length: int, unit: Unit, **other: Any) -> Policy:
    given = {"clause": "测试规定第1条", "pause_reasons": frozenset(PauseReason)} | other
    return Policy("测试期限", length, unit, **given)


def rolling(length: int, unit: Unit) -> Policy:
    return policy(length, unit, last_day=LastDay.NEXT_WORKING_DAY, last_day_clause="测试规定第2条")
