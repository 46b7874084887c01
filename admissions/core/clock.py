"""Time as people here read it."""

from datetime import date, datetime

from django.utils import timezone

WEEKDAYS = "一二三四五六日"
# Years in which anything here can lie: Python knows no day after 31 December 9999 and none before 1 January 1.
EARLIEST, LATEST = 1900, 2200


def today() -> date:
    return timezone.localdate()


def is_within_reach(day: date) -> bool:
    return EARLIEST <= day.year <= LATEST


def day_in(text: str) -> date | None:
    """`2026-07-12` of an address; None for anything else and for years out of reach."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_within_reach(day) else None


def minute_text(moment: datetime) -> str:
    """`7月12日 09:31`; with the year when it is not the current one."""
    local = timezone.localtime(moment)
    year = "" if local.year == timezone.localtime().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def date_text(day: date, *, with_year: bool = True) -> str:
    """`2026年7月12日`, or `7月12日` where the year is known."""
    return f"{f'{day.year}年' if with_year else ''}{day.month}月{day.day}日"


def weekday_text(day: date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"
