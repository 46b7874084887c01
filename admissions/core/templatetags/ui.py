"""Tags of the house: icon, status chip, action button, dates and clocks as people read them."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text, weekday_text
from admissions.core.status import enum_of_choices

register = template.Library()

SPRITE = "vendor/tabler-icons.svg"
TONE_ICONS = {
    "muted": "circle-dashed",
    "info": "progress",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-octagon",
}
DUE_SOON = timedelta(hours=24)


@register.simple_tag
@cache
def icon(name: str) -> str:
    """An icon of the sprite; decoration only, the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static(SPRITE),
        name or "point",
    )


@register.simple_tag
def chip(status: Any, tone: str = "") -> str:
    """A status as icon, word and colour; the word is the enum's label, the same everywhere."""
    if status is None or status == "":
        return ""
    tone = tone or getattr(status, "tone", "muted")
    word = getattr(status, "label", status)
    return format_html('<span class="chip chip-{}">{}{}</span>', tone, icon(TONE_ICONS[tone]), word)


@register.simple_tag
def status_chip(record: Any, field: str = "status") -> str:
    """The chip of a record's status field; a stored value is plain text, its enum is found by the field's choices."""
    value = getattr(record, field)
    if value in (None, "") or hasattr(value, "tone"):
        return chip(value)
    enum = enum_of_choices(record._meta.get_field(field).flatchoices)
    return chip(enum(value) if enum else getattr(record, f"get_{field}_display")())


@register.inclusion_tag("ui/_action_button.html", takes_context=True)
def action_button(context: Context, action: PageAction, large: bool = False) -> dict[str, Any]:
    """A button that leads somewhere or posts; a disabled one with its reason and who can act."""
    return {"action": action, "large": large, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def deadline(moment: datetime | None) -> str:
    """The clock left: `还有3小时20分` with icon and colour; the moment itself is in the title."""
    if moment is None:
        return ""
    rest = moment - timezone.now()
    tone = "danger" if rest < timedelta(0) else "warning" if rest <= DUE_SOON else "muted"
    return format_html(
        '<time class="clock clock-{}" datetime="{}" title="{}">{}{}</time>',
        tone,
        moment.isoformat(),
        f"{day(moment)} {timezone.localtime(moment):%H:%M}",
        icon("clock-exclamation" if tone == "danger" else "clock"),
        left(moment),
    )


@register.filter
def minute(moment: datetime | None) -> str:
    """`7月12日 09:31`."""
    return minute_text(moment) if moment else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """`2026年7月12日 星期日`."""
    local = _local_date(value)
    return f"{local.year}年{local.month}月{local.day}日 {weekday_text(local)}" if local else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """`7月12日`; with the year when it is not the current one."""
    local = _local_date(value)
    if local is None:
        return ""
    year = "" if local.year == timezone.localdate().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日"


@register.filter
def weekday(value: date | datetime | str | None) -> str:
    """`星期日`; also for what a form shows again as text."""
    local = _local_date(value)
    return weekday_text(local) if local else ""


@register.filter
def beside(headers: list[Any], row: list[Any]) -> list[tuple[Any, Any]]:
    """Each cell of a row with its column's header, which stands before it on a narrow screen."""
    return list(zip(headers, row, strict=True))


@register.filter
def left(moment: datetime | None) -> str:
    """The clock left until the moment, in words: `还有3小时20分`, `已逾期2天`."""
    if moment is None:
        return ""
    rest = moment - timezone.now()
    return f"已逾期{_span(-rest)}" if rest < timedelta(0) else f"还有{_span(rest)}"


def _span(span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 1)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days >= 3:
        return f"{days}天"
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时"
    return f"{rest}分钟"


def _local_date(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, str):
        try:
            return parse_date(value)
        except ValueError:
            return None
    return value
