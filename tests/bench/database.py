"""A scratch database for benchmarks: made anew, migrated, dropped at the end. Imported before Django's models."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.test")
os.environ.setdefault("ADMISSIONS_AS_OWNER", "1")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.template import Template  # noqa: E402
from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: E402


@contextmanager
def scratch_database() -> Iterator[None]:
    """A migrated empty database of its own; the connection points to it inside the block."""
    settings.LOGGING_CONFIG = None
    plain = Template._render
    setup_test_environment(debug=False)
    Template._render = plain  # keeping a copy of everything that was rendered is the tests' burden, not the page's
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def own_environment() -> dict[str, str]:
    """The environment of another process that shall use this scratch database."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": address, "LOG_LEVEL": "ERROR"}


def median_seconds(run, repeat: int = 5) -> float:
    """The median of several calls after one warm-up."""
    run()
    times = []
    for _ in range(repeat):
        started = perf_counter()
        run()
        times.append(perf_counter() - started)
    return sorted(times)[len(times) // 2]


def by_turns(first: Callable[[], Any], second: Callable[[], Any], turns: int, repeat: int) -> tuple[float, float]:
    """Both medians, round after round, so that a machine that changes its pace does so for both; the mean of the rounds."""
    rounds = [(median_seconds(first, repeat), median_seconds(second, repeat)) for _ in range(turns)]
    return tuple(sum(each) / turns for each in zip(*rounds, strict=True))


def report(title: str, measured: float, floor: float, limit: float, unit: str = "倍") -> None:
    """One line: ratio measured side by side, and the limit the project set itself."""
    ratio = measured / floor
    verdict = "达标" if ratio <= limit else "超出"
    print(
        f"{title}: {ratio:.2f}{unit}（目标 ≤ {limit}{unit}，{verdict}；{measured * 1000:.2f} ms 对 {floor * 1000:.2f} ms）"
    )


def report_memory(title: str, measured: float, limit: float) -> None:
    """Peak resident memory of a process in MB."""
    print(f"{title}: {measured:.0f} MB（目标 < {limit:.0f} MB，{'达标' if measured < limit else '超出'}）")


def filling(statements: Iterable[str], values: dict[str, object]) -> None:
    """Fill tables in bulk, past triggers and ledger: only benchmarks do this, in a database of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
