"""The batch and stage calendar as a drawing: one line per batch, bars for its days and stages; made by the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from .enums import StageKind
from .models import Batch
from .rules import days_text, period_text

WIDTH, LEFT, LINE, TOP = 1200, 250, 40, 34
MAX_TICKS = 14
NAME_LENGTH = 17


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True)
class Line:
    y: int
    label: str
    title: str
    url: str
    span: Bar | None
    bars: list[Bar]


@dataclass(frozen=True)
class Drawing:
    """Everything the template draws; `today` is the place of the line of today, if inside."""

    width: int
    height: int
    lines: list[Line]
    ticks: list[tuple[float, str]]
    today: float | None
    legend: list[tuple[str, str]]


def draw(batches: Sequence[Batch], url_of: Any) -> Drawing | None:
    """The drawing of all dated batches (each with `stages_in_order`), or None when nothing has a date yet."""
    dated = [batch for batch in batches if batch.starts_on or batch.stages_in_order]
    if not dated:
        return None
    scale = _Scale(dated)
    lines = [_line(number, batch, scale, url_of(batch)) for number, batch in enumerate(dated)]
    now = timezone.now()
    used = {bar.kind for line in lines for bar in line.bars}
    return Drawing(
        WIDTH,
        TOP + LINE * len(lines) + 6,
        lines,
        scale.ticks(),
        scale.x(now) if scale.starts <= now <= scale.ends else None,
        [(kind.value, kind.label) for kind in StageKind if kind.value in used],
    )


class _Scale:
    """From instants to places on the drawing."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        starts = [_midnight(batch.starts_on) for batch in batches if batch.starts_on]
        ends = [_midnight(batch.ends_on + timedelta(days=1)) for batch in batches if batch.ends_on]
        stages = [stage for batch in batches for stage in batch.stages_in_order]
        self.starts = min([*starts, *(stage.period.lower for stage in stages)])
        self.ends = max([*ends, *(stage.period.upper for stage in stages)])
        self.first = timezone.localtime(self.starts).date()
        self.starts = _midnight(self.first)

    def x(self, moment: datetime) -> float:
        share = (moment - self.starts) / (self.ends - self.starts)
        return round(LEFT + share * (WIDTH - LEFT - 8), 1)

    def bar(self, starts: datetime, ends: datetime, kind: str, title: str) -> Bar:
        x = self.x(starts)
        return Bar(x, max(round(self.x(ends) - x, 1), 3), kind, title)

    def ticks(self) -> list[tuple[float, str]]:
        days = (timezone.localtime(self.ends).date() - self.first).days + 1
        step = max(1, -(-days // MAX_TICKS))
        marks = [self.first + timedelta(days=n) for n in range(0, days, step)]
        return [(self.x(_midnight(day)), f"{day.month}月{day.day}日") for day in marks if _midnight(day) < self.ends]


def _line(number: int, batch: Batch, scale: _Scale, url: str) -> Line:
    name = str(batch)
    label = name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
    span = None
    if batch.starts_on:
        title = f"{name}：{days_text(batch)}"
        span = scale.bar(_midnight(batch.starts_on), _midnight(batch.ends_on + timedelta(days=1)), "span", title)
    bars = [
        scale.bar(stage.period.lower, stage.period.upper, stage.kind, f"{name}·{stage.title}：{period_text(stage)}")
        for stage in batch.stages_in_order
    ]
    return Line(TOP + number * LINE, label, name, url, span, bars)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
