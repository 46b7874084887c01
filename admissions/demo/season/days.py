"""The days of the demonstration season: it lies around the day on which it is made, whatever day that is (decision 0021)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# Name and length in days, one after the other.
PLAN = (("本科提前批", 7), ("本科批", 18), ("高职专科批", 16))
# The early batch is over: the regular one begins today.
BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class PlannedBatch:
    """Both days, or neither where they are not decided yet."""

    name: str
    starts_on: date | None
    ends_on: date | None


def batches_around(today: date, year: int) -> Iterator[PlannedBatch]:
    """In order. A batch begins in its season's year: in the first days of January the early one is going on still, and
    what would begin after 31 December has no days yet. `today` is past that year where midnight came in between.
    """
    first = max(min(today, date(year, 12, 31)) - BEFORE, date(year, 1, 1))
    for name, length in PLAN:
        following = first + timedelta(days=length)
        if first.year == year:
            yield PlannedBatch(name, first, following - timedelta(days=1))
        else:
            yield PlannedBatch(name, None, None)
        first = following
