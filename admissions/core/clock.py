"""Time as people here read it."""

from datetime import date, datetime

from django.utils import timezone

WEEKDAYS = "一二三四五六日"


def today() -> date:
    return timezone.localdate()


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
