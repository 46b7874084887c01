"""Years without a calendar, for the demonstration only: invented days that say so wherever they are read.

The product never guesses a calendar. A demonstration that is looked at in such a year would show nothing but that refusal.
"""

from collections.abc import Iterator
from datetime import date

from admissions.accounts.demo import require_demonstration
from admissions.audit.commands import machine_action

from .days import Day, days_of_year
from .models import CalendarDay
from .selectors import calendar_years, days_of

SATURDAY = 5
WORK, REST = "演示工作日", "演示休息日"
SOURCE = "演示日历：只分周一至周五和周末，不含放假和调休，不是当年的放假通知，不得用于实际期限"


def build_calendar(today: date) -> str:
    """This year's and next year's days where they are missing; what is there stays as it is.

    Refuses: this is no demonstration.
    """
    require_demonstration()
    years = sorted({today.year, today.year + 1} - set(calendar_years()))
    if not years:
        return "已齐全"
    named = "、".join(f"{year}年" for year in years)
    with machine_action("calendar.demonstrate", "建立演示日历", f"{named}没有工作日历，演示数据须有可算的期限"):
        CalendarDay.objects.record_many(
            [
                CalendarDay(date=day.date, is_work=day.is_work, label=day.label, source=day.source)
                for year in years
                for day in _missing(year)
            ]
        )
    return f"{named}为演示日历"


def _missing(year: int) -> Iterator[Day]:
    known = days_of(year)
    return (invented(day) for day in days_of_year(year) if day not in known)


def invented(day: date) -> Day:
    is_work = day.weekday() < SATURDAY
    return Day(day, is_work, WORK if is_work else REST, SOURCE)
