"""A year as twelve month grids, each day with its word: 休, 班 or the name of the holiday."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .days import Day

WEEKEND = 5
KINDS = {"work": "工作日", "shift": "调休上班", "rest": "周末休息", "holiday": "节假日"}


@dataclass(frozen=True)
class Cell:
    """One square; empty squares before and after the month have no number."""

    number: int = 0
    kind: str = "blank"
    word: str = ""
    title: str = ""
    is_today: bool = False


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Cell]]
    work_days: int


def months_of(year: int, days: Mapping[date, Day], today: date) -> list[Month]:
    """All months of a complete year, weeks from Monday."""
    return [_month(year, number, days, today) for number in range(1, 13)]


def kind_of(day: Day) -> str:
    weekend = day.date.weekday() >= WEEKEND
    if day.is_work:
        return "shift" if weekend else "work"
    return "rest" if weekend and day.label in ("", "周末") else "holiday"


def totals(days: Mapping[date, Day]) -> list[tuple[str, int]]:
    """How many days of each kind, in words."""
    kinds = [kind_of(day) for day in days.values()]
    return [(label, kinds.count(kind)) for kind, label in KINDS.items()]


def _month(year: int, number: int, days: Mapping[date, Day], today: date) -> Month:
    weeks = [
        [_cell(days[day], today) if day.month == number else Cell() for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    work = sum(day.is_work for day in days.values() if day.date.month == number)
    return Month(number, weeks, work)


def _cell(day: Day, today: date) -> Cell:
    kind = kind_of(day)
    word = {"work": "", "shift": "班", "rest": "休", "holiday": day.label[:3] or "休"}[kind]
    title = f"{day.date:%Y-%m-%d} {day.label or ('工作日' if day.is_work else '休息日')}"
    return Cell(day.date.day, kind, word, title, day.date == today)
