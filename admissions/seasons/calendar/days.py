"""The working-day calendar as a value: whole years of days, and a refusal where a year is missing."""

from calendar import isleap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from admissions.core.decision import Refused

ONE_DAY = timedelta(days=1)
# So many stretches of missing days are named, the others counted.
NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day: working or not, what it is called (国庆节, 调休上班), and where that was read."""

    date: date
    is_work: bool
    label: str = ""
    source: str = ""


class CalendarMissing(Refused):
    """A year has no complete calendar: nothing is guessed, the deadline is refused, and the missing dates are named."""

    def __init__(self, year: int, missing: Collection[date] | None = None) -> None:
        self.year = year
        named = spans_text(list(days_of_year(year)) if missing is None else missing)
        super().__init__(
            f"没有{year}年的工作日历，不能推算涉及{year}年的期限。缺{named}的日期。",
            who_can=f"请行政秘书在“工作日历”页下载{year}年模板，按当年放假和调休通知填好后导入，由另一人确认；通知公布前不作推算。",
        )


class WorkCalendar:
    """Days by date, read year by year when they are first needed; an incomplete year counts as missing."""

    def __init__(self, read_year: Callable[[int], Mapping[date, Day]]) -> None:
        self._read_year = read_year
        self._years: dict[int, Mapping[date, Day]] = {}

    @classmethod
    def of(cls, days: Mapping[date, Day]) -> "WorkCalendar":
        """A calendar of days at hand; years it does not hold completely are missing."""
        by_year: dict[int, dict[date, Day]] = {}
        for day in days.values():
            by_year.setdefault(day.date.year, {})[day.date] = day
        return cls(lambda year: by_year.get(year, {}))

    def day(self, moment: date) -> Day:
        """The day, or `CalendarMissing` with the year."""
        return self._year(moment.year)[moment]

    def is_working(self, moment: date) -> bool:
        return self.day(moment).is_work

    def _year(self, year: int) -> Mapping[date, Day]:
        if year not in self._years:
            days = self._read_year(year)
            if len(days) != days_in_year(year):
                raise CalendarMissing(year, missing_days(year, days))
            self._years[year] = days
        return self._years[year]


def days_in_year(year: int) -> int:
    return 366 if isleap(year) else 365


def missing_days(year: int, known: Collection[date]) -> list[date]:
    """The days of the year that are not among those known, in order."""
    return [day for day in days_of_year(year) if day not in known]


def spans_text(days: Collection[date]) -> str:
    """`2027年1月1日至2027年12月31日`: the days as stretches without a gap, the first few of them."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and spans[-1][1] + ONE_DAY == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    words = [_day_text(first) if first == last else f"{_day_text(first)}至{_day_text(last)}" for first, last in spans]
    more = f"等{len(days)}日" if len(words) > NAMED_AT_MOST else ""
    return "、".join(words[:NAMED_AT_MOST]) + more


def _day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def days_of_year(year: int) -> Iterator[date]:
    """All days of a year in order."""
    return (date(year, 1, 1) + timedelta(days=n) for n in range(days_in_year(year)))
