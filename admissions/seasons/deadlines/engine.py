"""期限引擎: one pure function from start, policy, calendar and pauses to a date and how it was counted.

Day zero is the day of the start. Days are days in Beijing time. Nothing is read, nothing is stored, nothing is guessed.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from admissions.seasons.calendar.days import ONE_DAY, WorkCalendar

from .checks import check
from .enums import LastDay, PauseReason, Unit
from .policy import Extension, InstantPause, Pause, Policy
from .wording import BEIJING, day_text, instant_text, length_text, local_day, pause_text, span_text


@dataclass(frozen=True)
class TraceLine:
    """One line of “怎么算的”; lines that count days carry the figures beside the sentence."""

    text: str
    first: date | None = None
    last: date | None = None
    counted: int = 0
    running: int = 0

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Deadline:
    """The last day, the instant it ends at (24:00 for days), and how it was counted."""

    date: date
    at: datetime
    trace: tuple[TraceLine, ...]


@dataclass(frozen=True)
class _Step:
    """How one day was judged."""

    day: date
    counts: bool
    why: str


def due(
    start: date | datetime,
    policy: Policy,
    calendar: WorkCalendar,
    pauses: Sequence[Pause | InstantPause] = (),
    extensions: Sequence[Extension] = (),
) -> Deadline:
    """The deadline of something that started, under a policy.

    Refuses: an unsound policy; a pause the policy does not know, without evidence, overlapping or before the start;
    an extension without approver or above the maximum; a year without calendar (`CalendarMissing`).
    Clause: that of the policy; moving the last day only under a clause of its own.
    """
    check(start, policy, pauses, extensions).require()
    total = policy.length + sum(extension.length for extension in extensions)
    head = [_start_line(start, policy), _length_line(policy), *_extension_lines(policy, extensions, total)]
    if policy.unit == Unit.HOURS:
        return _due_in_hours(start, total, pauses, head)
    first = local_day(start)
    if policy.unit == Unit.MONTHS:
        last, lines = _after_months(first, total, pauses)
    else:
        last, lines = _after_days(first, total, policy.unit, calendar, pauses)
    last, roll = _rolled(last, policy, calendar, pauses)
    tail = TraceLine(f"到期日为{day_text(last)}，当日24时届满。", last, last)
    return Deadline(last, _end_of(last), (*head, *lines, *roll, tail))


def _start_line(start: date | datetime, policy: Policy) -> TraceLine:
    if policy.unit == Unit.HOURS:
        return TraceLine(f"自{instant_text(start)}起算，按时刻计算。")
    day = local_day(start)
    return TraceLine(f"起算日为{day_text(day)}，当日不计入，从次日开始计算。", day, day)


def _length_line(policy: Policy) -> TraceLine:
    basis = f"（依据：{policy.clause}）" if policy.clause else "（未注明依据）"
    return TraceLine(f"期限为{length_text(policy.length, policy.unit)}{basis}。")


def _extension_lines(policy: Policy, extensions: Sequence[Extension], total: int) -> list[TraceLine]:
    lines = [
        TraceLine(f"延长{length_text(e.length, policy.unit)}，批准人：{e.approver}，理由：{e.ground}。")
        for e in extensions
    ]
    if lines:
        lines.append(TraceLine(f"延长后共{length_text(total, policy.unit)}。"))
    return lines


def _after_days(
    start: date, total: int, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> tuple[date, list[TraceLine]]:
    """Count days one by one until the total is reached; the trace groups neighbours of one kind."""
    steps = []
    left = total
    for step in _judged(start, unit, calendar, pauses):
        steps.append(step)
        left -= step.counts
        if not left:
            break
    return steps[-1].day, _grouped(steps, unit)


def _judged(start: date, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> Iterator[_Step]:
    day = start
    while True:
        day += ONE_DAY
        pause = _pause_on(day, pauses)
        if pause is not None:
            yield _Step(day, False, f"暂停计时（{PauseReason(pause.reason).label}，凭据：{pause.evidence}）")
        elif unit == Unit.CALENDAR_DAYS:
            yield _Step(day, True, "")
        else:
            known = calendar.day(day)
            yield _Step(day, known.is_work, known.label or ("工作日" if known.is_work else "休息日"))


def _grouped(steps: list[_Step], unit: Unit) -> list[TraceLine]:
    lines, running = [], 0
    for (counts, why), group in groupby(steps, key=lambda step: (step.counts, step.why)):
        days = list(group)
        span = span_text(days[0].day, days[-1].day)
        counted = len(days) if counts else 0
        running += counted
        because = f"为{why}" if unit == Unit.WORKING_DAYS and why and not why.startswith("暂停") else why
        text = (
            f"{span}{because}，计{counted}日，累计{length_text(running, unit)}。"
            if counts
            else f"{span}{because}，{len(days)}日不计。"
        )
        lines.append(TraceLine(text, days[0].day, days[-1].day, counted, running))
    return lines


def _after_months(start: date, months: int, pauses: Sequence[Pause]) -> tuple[date, list[TraceLine]]:
    """The same day of a later month, or its last day; paused days are then added one by one."""
    base = add_months(start, months)
    cut = f"（该月没有{start.day}日，取该月最后一日）" if base.day != start.day else ""
    lines = [TraceLine(f"自起算日起满{months}个月为{day_text(base)}{cut}。", start, base)]
    stretch = [day for day in _days(start + ONE_DAY, base) if _pause_on(day, pauses)]
    if not stretch:
        return base, lines
    for pause in sorted(pauses, key=lambda pause: pause.first):
        inside = sum(pause.first <= day <= pause.last for day in stretch)
        if inside:
            lines.append(
                TraceLine(f"{pause_text(pause)}（凭据：{pause.evidence}），其中{inside}日在期限内，不计入期限。")
            )
    last, more = _after_days(base, len(stretch), Unit.CALENDAR_DAYS, WorkCalendar.of({}), pauses)
    lines.append(TraceLine(f"不计入的共{len(stretch)}日，从{day_text(base)}的次日起补足："))
    return last, lines + more


def _rolled(
    last: date, policy: Policy, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> tuple[date, list[TraceLine]]:
    """Move the last day to the next working day, but only where the policy says so."""
    if policy.unit == Unit.WORKING_DAYS:
        return last, []
    if policy.last_day == LastDay.STAYS:
        return last, [TraceLine("没有规定末日遇休息日顺延，末日不作移动。")]
    moved = last
    while not calendar.is_working(moved) or _pause_on(moved, pauses):
        moved += ONE_DAY
    if moved == last:
        return last, [TraceLine(f"末日{day_text(last)}是工作日，不必顺延。")]
    label = calendar.day(last).label or "休息日"
    return moved, [
        TraceLine(f"末日{day_text(last)}为{label}，依据{policy.last_day_clause}，顺延至下一工作日{day_text(moved)}。")
    ]


def _due_in_hours(start: datetime, hours: int, pauses: Sequence[InstantPause], head: list[TraceLine]) -> Deadline:
    """Run the clock from pause to pause; instants are compared in UTC, so that no clock change matters."""
    cursor, left = start.astimezone(UTC), timedelta(hours=hours)
    lines = list(head)
    for pause in sorted(pauses, key=lambda pause: pause.starts_at):
        if pause.starts_at - cursor >= left:
            break
        ran = pause.starts_at - cursor
        left -= ran
        lines.append(TraceLine(f"到{instant_text(pause.starts_at)}已计{_span(ran)}，还余{_span(left)}。"))
        lines.append(TraceLine(f"暂停计时（{pause_text(pause)}，凭据：{pause.evidence}），不计入期限。"))
        cursor = pause.ends_at.astimezone(UTC)
    at = (cursor + left).astimezone(BEIJING)
    lines.append(TraceLine(f"从{instant_text(cursor)}起再计{_span(left)}，到期时刻为{instant_text(at)}。"))
    return Deadline(at.date(), at, tuple(lines))


def add_months(day: date, months: int) -> date:
    """The same day of a later month; a day that month does not have becomes its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _pause_on(day: date, pauses: Sequence[Pause]) -> Pause | None:
    return next((pause for pause in pauses if pause.first <= day <= pause.last), None)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, BEIJING)


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    parts = [f"{minutes // 60}小时" if minutes >= 60 else "", f"{minutes % 60}分" if minutes % 60 else ""]
    parts.append(f"{seconds}秒" if seconds else "")
    return "".join(parts) or "0分"
