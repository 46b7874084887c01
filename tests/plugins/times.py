"""What the suite costs: processor time of the test processes for each folder, at the end of a run."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "processor_seconds"


def spent() -> float:
    """Of this process and of those it started and waited for; the database server's is not in it."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    before = spent()
    item.stash[_before] = before
    return (yield)


_before = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """What passed since the last report of the same test, setting up and tearing down included."""
    report = yield
    now = spent()
    report.user_properties.append((KEY, now - item.stash[_before]))
    item.stash[_before] = now
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    seconds, clock, tests = Counter(), Counter(), Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if not isinstance(report, pytest.TestReport):
                continue
            folder = folder_of(report.nodeid)
            seconds[folder] += dict(report.user_properties).get(KEY, 0)
            clock[folder] += report.duration
            tests[folder] += report.when == "call"
    write(terminalreporter, seconds, clock, tests)


def folder_of(nodeid: str) -> str:
    folder = Path(nodeid.split("::")[0]).parent.as_posix()
    return folder.removeprefix("tests/") if folder != "tests" else "(walks)"


def write(terminalreporter: Any, seconds: Counter[str], clock: Counter[str], tests: Counter[str]) -> None:
    if sum(tests.values()) < 100:
        return
    terminalreporter.write_sep("=", "each folder: tests, processor seconds, seconds on the clock")
    for folder, amount in seconds.most_common():
        terminalreporter.write_line(f"{folder:34}{tests[folder]:6}{amount:9.1f}{clock[folder]:9.1f}")
    total = sum(seconds.values())
    terminalreporter.write_line(f"{'sum':34}{sum(tests.values()):6}{total:9.1f}{sum(clock.values()):9.1f}")
