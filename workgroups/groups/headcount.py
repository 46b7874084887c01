"""How many seats of a post are taken at the busiest instant. Pure functions over periods `[from, to)`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any


def covers(period: Any, instant: datetime) -> bool:
    """An open end covers everything later."""
    return not period.isempty and period.lower <= instant and (period.upper is None or instant < period.upper)


def busiest(periods: Iterable[Any], within: Any = None) -> int:
    """The greatest number of periods that hold at one instant, of the whole time or inside another period.

    The number grows only where a period begins, so only such instants (and the beginning of `within`) are counted.
    """
    held = [period for period in periods if not period.isempty]
    instants = [period.lower for period in held]
    if within is not None:
        instants = [within.lower, *(instant for instant in instants if covers(within, instant))]
    return max((sum(covers(period, instant) for period in held) for instant in instants), default=0)
