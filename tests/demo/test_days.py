"""The demonstration's season lies around the day it is made on, whatever day that is."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.core.decision import Refused
from admissions.demo.season.days import batches_around
from admissions.seasons.calendar.demo import SOURCE, build_calendar
from admissions.seasons.calendar.models import CalendarDay
from admissions.seasons.calendar.selectors import calendar_years, stored_calendar
from admissions.seasons.deadlines.engine import due
from admissions.seasons.deadlines.enums import Unit
from admissions.seasons.deadlines.policy import Policy
from tests.factories.seasons import calendar_of
from tests.trail import assert_recorded


def planned(today):
    return [(batch.name, batch.starts_on, batch.ends_on) for batch in batches_around(today, today.year)]


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2027, 3, 1), ["2027-02-22 2027-02-28", "2027-03-01 2027-03-18", "2027-03-19 2027-04-03"]),
        (date(2028, 2, 29), ["2028-02-22 2028-02-28", "2028-02-29 2028-03-17", "2028-03-18 2028-04-02"]),
        (date(2026, 1, 1), ["2026-01-01 2026-01-07", "2026-01-08 2026-01-25", "2026-01-26 2026-02-10"]),
        (date(2026, 1, 8), ["2026-01-01 2026-01-07", "2026-01-08 2026-01-25", "2026-01-26 2026-02-10"]),
        (date(2026, 12, 13), ["2026-12-06 2026-12-12", "2026-12-13 2026-12-30", "2026-12-31 2027-01-15"]),
        (date(2026, 12, 31), ["2026-12-24 2026-12-30", "2026-12-31 2027-01-17", "None None"]),
    ],
)
def test_batches_lie_around_today(today, days):
    assert [f"{first} {last}" for _, first, last in planned(today)] == days
    assert [name for name, _, _ in planned(today)] == ["本科提前批", "本科批", "高职专科批"]


def test_midnight_of_the_new_year_came_in_between():
    assert [batch.starts_on for batch in batches_around(date(2027, 1, 1), 2026)] == [
        date(2026, 12, 24), date(2026, 12, 31), None,
    ]  # fmt: skip


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_on_any_day_a_batch_is_going_on_and_all_begin_in_the_year(today):
    dated = [(first, last) for _, first, last in planned(today) if first]
    assert [first.year for first, _ in dated] == [today.year] * len(dated)
    assert sum(first <= today <= last for first, last in dated) == 1
    assert all(last + timedelta(days=1) == first for (_, last), (first, _) in pairwise(dated))


@pytest.mark.django_db
class TestInventedCalendar:
    def test_years_without_one_get_days_that_say_what_they_are(self, settings):
        settings.DEMONSTRATION = True
        assert build_calendar(date(2027, 12, 31)) == "2027年、2028年为演示日历"
        assert calendar_years() == [2028, 2027]
        assert set(CalendarDay.objects.values_list("is_work", "label", "source")) == {
            (True, "演示工作日", SOURCE), (False, "演示休息日", SOURCE),
        }  # fmt: skip
        assert "不得用于实际期限" in SOURCE
        assert assert_recorded("calendar.demonstrate", outcome="machine").reason.startswith(
            "2027年、2028年没有工作日历"
        )

    def test_how_a_deadline_was_counted_says_so_too(self, settings):
        settings.DEMONSTRATION = True
        build_calendar(date(2027, 12, 31))
        found = due(date(2027, 12, 31), Policy("答复", 5, Unit.WORKING_DAYS), stored_calendar())
        assert found.date == date(2028, 1, 7)
        assert "为演示工作日，计5日" in "".join(map(str, found.trace))

    def test_what_is_there_stays_and_again_changes_nothing(self, settings):
        settings.DEMONSTRATION = True
        calendar_of(2026)
        before = list(CalendarDay.objects.values_list("pk", "label", "source"))
        assert build_calendar(date(2026, 7, 15)) == "2027年为演示日历"
        assert list(CalendarDay.objects.filter(date__year=2026).values_list("pk", "label", "source")) == before
        assert build_calendar(date(2026, 7, 15)) == "已齐全"
        assert CalendarDay.history.count() == 730

    def test_never_outside_the_demonstration(self, settings):
        settings.DEMONSTRATION = False
        with pytest.raises(Refused, match="本环境不允许演示账号"):
            build_calendar(date(2027, 3, 1))
        assert not CalendarDay.objects.exists()
