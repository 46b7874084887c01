"""The calendar 2004–2026 as rows, from the open package that records each year's notice."""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

import chinese_calendar

from admissions.audit.commands import machine_action

from .days import Day, days_of_year
from .models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2004, 2026
WEEKEND = "周末"
SATURDAY = 5
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def seed_calendar() -> str:
    """Write the years that are not there yet; running it again changes nothing."""
    present = set(CalendarDay.objects.values_list("date", flat=True))
    missing = [day for day in packaged_days() if day.date not in present]
    if not missing:
        return f"{FIRST_YEAR}—{LAST_YEAR}年已齐全，未作改动"
    with machine_action("calendar.seed", "载入工作日历", f"载入{FIRST_YEAR}—{LAST_YEAR}年工作日历"):
        CalendarDay.objects.record_many(
            [CalendarDay(date=d.date, is_work=d.is_work, label=d.label, source=d.source) for d in missing]
        )
    return f"载入{len(missing)}日"


def packaged_days() -> Iterator[Day]:
    """Every day of the packaged years."""
    source = f"节假日开源数据 chinesecalendar {version('chinesecalendar')}（整理自历年放假通知，未逐日核对原文）"
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for day in days_of_year(year):
            is_holiday, name = chinese_calendar.get_holiday_detail(day)
            yield Day(day, not is_holiday, _label(day, is_holiday, NAMES.get(name, "")), source)


def _label(day: date, is_holiday: bool, name: str) -> str:
    if is_holiday:
        return name or WEEKEND
    return f"{name}调休上班" if day.weekday() >= SATURDAY else ""
