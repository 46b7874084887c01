"""The engine against independent oracles: chinesecalendar, dateutil, and counting day by day."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from admissions.seasons.calendar.days import ONE_DAY, CalendarMissing, WorkCalendar
from admissions.seasons.deadlines.engine import due
from admissions.seasons.deadlines.enums import PauseReason, Unit
from admissions.seasons.deadlines.policy import InstantPause, Pause

from .policies import packaged_calendar, policy, rolling

days = st.dates(date(2004, 1, 1), date(2026, 6, 30))
lengths = st.integers(1, 90)
day_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
EMPTY = WorkCalendar.of({})


@st.composite
def pauses_after(draw, start: date) -> list[Pause]:
    """Up to four disjoint pauses, none before the start."""
    found, first = [], start
    for gap, length in draw(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 15)), max_size=4)):
        first += timedelta(days=gap)
        found.append(Pause(draw(st.sampled_from(PauseReason)), first, first + timedelta(days=length), "凭据"))
        first += timedelta(days=length)
    return draw(st.permutations(found))


def last(start, rule, pauses=()):
    return due(start, rule, packaged_calendar(), pauses).date


def in_reach(start, length):
    """Whether counting certainly ends before the first year without calendar."""
    return start + timedelta(days=2 * length + 120) < date(2027, 1, 1)


@given(days, lengths)
def test_working_days_agree_with_chinesecalendar(start, length):
    assume(in_reach(start, length))
    end = last(start, policy(length, Unit.WORKING_DAYS))
    assert chinese_calendar.is_workday(end)
    assert len(chinese_calendar.get_workdays(start + ONE_DAY, end)) == length


@given(days, lengths)
def test_calendar_days_are_plain_addition_and_need_no_calendar(start, length):
    assert due(start, policy(length, Unit.CALENDAR_DAYS), EMPTY).date == start + timedelta(days=length)


@given(st.dates(date(2004, 1, 1), date(2090, 12, 31)), st.integers(1, 60))
def test_months_agree_with_dateutil(start, months):
    assert due(start, policy(months, Unit.MONTHS), EMPTY).date == start + relativedelta(months=months)


@given(days, day_units, lengths)
def test_longer_is_later(start, unit, length):
    assume(in_reach(start, length))
    assert last(start, policy(length, unit)) < last(start, policy(length + 1, unit))


@given(days, day_units, lengths)
def test_starting_later_never_ends_earlier(start, unit, length):
    assume(in_reach(start, length))
    assert last(start, policy(length, unit)) <= last(start + ONE_DAY, policy(length, unit))


@given(days, day_units, lengths, lengths)
def test_lengths_add_up(start, unit, one, two):
    assume(in_reach(start, one + two))
    halfway = last(start, policy(one, unit))
    assert last(start, policy(one + two, unit)) == last(halfway, policy(two, unit))


@given(st.data(), days, day_units, lengths)
def test_with_pauses_it_is_the_day_on_which_enough_days_have_counted(data, start, unit, length):
    assume(in_reach(start, length))
    pauses = data.draw(pauses_after(start))
    day, counted = start, 0
    while counted < length:
        day += ONE_DAY
        paused = any(pause.first <= day <= pause.last for pause in pauses)
        counted += not paused and (unit == Unit.CALENDAR_DAYS or chinese_calendar.is_workday(day))
    assert last(start, policy(length, unit), pauses) == day


@given(st.data(), days, lengths, st.integers(1, 30))
def test_a_pause_inside_a_run_of_calendar_days_shifts_by_its_length(data, start, length, paused):
    first = start + timedelta(days=data.draw(st.integers(1, length)))
    pause = Pause(PauseReason.HEARING, first, first + timedelta(days=paused - 1), "听证通知书")
    rule = policy(length, Unit.CALENDAR_DAYS)
    assert last(start, rule, [pause]) == last(start, rule) + timedelta(days=paused)


@given(st.data(), days, st.integers(1, 24), st.integers(1, 30))
def test_a_pause_inside_months_shifts_by_its_length(data, start, months, paused):
    rule = policy(months, Unit.MONTHS)
    base = due(start, rule, EMPTY).date
    first = start + timedelta(days=data.draw(st.integers(1, (base - start).days)))
    pause = Pause(PauseReason.HEARING, first, first + timedelta(days=paused - 1), "听证通知书")
    assert due(start, rule, EMPTY, [pause]).date == base + timedelta(days=paused)


@given(st.data(), days, lengths)
def test_a_pause_after_the_last_day_changes_nothing(data, start, length):
    rule = policy(length, Unit.CALENDAR_DAYS)
    first = last(start, rule) + timedelta(days=data.draw(st.integers(1, 20)))
    assert last(start, rule, [Pause(PauseReason.HEARING, first, first, "听证通知书")]) == last(start, rule)


@given(days, st.integers(1, 40), st.sampled_from([Unit.CALENDAR_DAYS, Unit.MONTHS]))
def test_rolling_lands_on_the_first_working_day_not_before(start, length, unit):
    length = min(length, 5) if unit == Unit.MONTHS else length
    assume(start < date(2026, 5, 1))
    plain = last(start, policy(length, unit))
    rolled = last(start, rolling(length, unit))
    assert chinese_calendar.is_workday(rolled)
    assert chinese_calendar.get_workdays(plain, rolled) == [rolled]


@given(
    st.datetimes(datetime(2004, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 200),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), max_size=4),
)
def test_hours_without_the_paused_minutes(start, hours, gaps):
    pauses, cursor = [], start
    for gap, length in gaps:
        begins = cursor + timedelta(minutes=gap)
        cursor = begins + timedelta(minutes=length)
        pauses.append(InstantPause(PauseReason.SUPPLEMENT, begins, cursor, "告知书"))
    at = due(start, policy(hours, Unit.HOURS), EMPTY, pauses).at
    paused = sum(
        (min(pause.ends_at, at) - pause.starts_at for pause in pauses if pause.starts_at < at), start=timedelta()
    )
    assert at - start == timedelta(hours=hours) + paused


@given(st.data(), days, day_units, lengths)
def test_the_trace_alone_leads_to_the_date(data, start, unit, length):
    """By hand: the counting lines follow each other from the day after the start and add up to the length."""
    assume(in_reach(start, length))
    deadline = due(start, policy(length, unit), packaged_calendar(), data.draw(pauses_after(start)))
    head, *lines, tail = [line for line in deadline.trace if line.first]
    next_day, total = head.last + ONE_DAY, 0
    for line in lines:
        total += line.counted
        assert (line.first, line.running) == (next_day, total)
        assert f"{line.first.year}年{line.first.month}月{line.first.day}日" in line.text
        assert f"{line.last.year}年{line.last.month}月{line.last.day}日" in line.text
        assert (f"计{line.counted}日" if line.counted else f"{(line.last - line.first).days + 1}日不计") in line.text
        next_day = line.last + ONE_DAY
    assert (total, lines[-1].last, tail.last) == (length, deadline.date, deadline.date)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), lengths)
def test_a_year_without_calendar_is_refused_exactly_when_it_is_reached(start, length):
    left = len(chinese_calendar.get_workdays(start + ONE_DAY, date(2026, 12, 31))) if start < date(2026, 12, 31) else 0
    if length <= left:
        assert last(start, policy(length, Unit.WORKING_DAYS)).year == 2026
    else:
        with pytest.raises(CalendarMissing, match="没有2027年的工作日历") as refusal:
            last(start, policy(length, Unit.WORKING_DAYS))
        assert refusal.value.year == 2027
