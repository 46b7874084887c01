"""The suite's clock: every test module begins at the same instant, whatever the clock of the machine says.

Python is moved by time-machine and goes on ticking. The database follows: functions of the names of PostgreSQL's clocks
stand before those in the search path, shifted by what each session is told. Other processes are told the same
(`tests/moved/sitecustomize.py`). TEST_CLOCK names another instant: `make test-days` tries the awkward ones.
"""

import datetime as dt
import os
import time

import time_machine

# A working Wednesday in the middle of the demonstration season.
ORDINARY = "2026-07-15T10:00:00+08:00"
INSTANT = dt.datetime.fromisoformat(os.environ.get("TEST_CLOCK") or ORDINARY)
# While tests are collected and databases prepared; what is computed then lies before every test.
BEFORE = dt.timedelta(minutes=5)


def at_hour(hour: int, minute: int = 0, *, days_ago: int = 3) -> dt.datetime:
    """An hour of the days before the suite's, in Beijing: for a clock that stands still. A fixed date is years away on other days."""
    return (INSTANT - dt.timedelta(days=days_ago)).replace(hour=hour, minute=minute, second=0)


SCHEMA = "test_clock"
NAMES = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
# For sessions that were told nothing the clock is right.
SHIFTED = "pg_catalog.{name}() + coalesce(current_setting('test_clock.ahead', true), '0')::interval"
FUNCTIONS = f"CREATE SCHEMA {SCHEMA}; GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC;" + "".join(
    f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS timestamptz LANGUAGE sql"
    f" {'VOLATILE' if name == 'clock_timestamp' else 'STABLE'} AS $$ SELECT {SHIFTED.format(name=name)} $$;"
    for name in NAMES
)


class Clock:
    """Where the suite's time stands against the machine's."""

    travel: time_machine.travel | None = None

    @classmethod
    def set(cls, instant: dt.datetime = INSTANT) -> None:
        """From now on it is this instant, and time goes on. Open sessions of the database do not notice."""
        cls.leave()
        ahead = instant.timestamp() - time.time()
        os.environ["TEST_CLOCK_AHEAD"] = f"{ahead:.6f}"
        os.environ["PGOPTIONS"] = f"-c search_path=public,{SCHEMA},pg_catalog -c test_clock.ahead={ahead:.6f}s"
        cls.travel = time_machine.travel(instant, tick=True)
        cls.travel.start()

    @classmethod
    def leave(cls) -> None:
        """The machine's own time."""
        if cls.travel is not None:
            cls.travel.stop()
            cls.travel = None
        os.environ.pop("TEST_CLOCK_AHEAD", None)
        os.environ.pop("PGOPTIONS", None)
