"""How days, instants and lengths are written under “怎么算的”: always with the year, never relative to today."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from admissions.core.clock import weekday_text

from .enums import PauseReason, Unit
from .policy import InstantPause, Pause

# Statutory days are days in Beijing time, whatever the server or the reader is set to.
BEIJING = ZoneInfo("Asia/Shanghai")


def day_text(day: date) -> str:
    """`2026年9月24日（星期四）`."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_text(day)}）"


def span_text(first: date, last: date) -> str:
    """`2026年9月25日（星期五）至2026年9月27日（星期日）`, or the one day."""
    return day_text(first) if first == last else f"{day_text(first)}至{day_text(last)}"


def instant_text(moment: datetime) -> str:
    """`2026年9月24日（星期四）09:30` in Beijing time."""
    local = timezone.localtime(moment, BEIJING)
    seconds = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{day_text(local.date())}{seconds}"


def length_text(length: int, unit: Unit) -> str:
    """`5个工作日`, `60日`, `6个月`, `48小时`."""
    return f"{length}{Unit(unit).label}"


def pause_text(pause: Pause | InstantPause) -> str:
    """`听证，2026年9月1日（星期二）至…`."""
    label = PauseReason(pause.reason).label if pause.reason in PauseReason.values else str(pause.reason)
    if isinstance(pause, InstantPause):
        return f"{label}，{instant_text(pause.starts_at)}至{instant_text(pause.ends_at)}"
    return f"{label}，{span_text(pause.first, pause.last)}"


def local_day(moment: date | datetime) -> date:
    """The day in Beijing time on which something happened."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment, BEIJING).date() if timezone.is_aware(moment) else moment.date()
    return moment
