"""Mutants are tried in forked copies of one pytest that has loaded the program and collected the tests once."""

import os
import select
import signal
import sys
import time
import traceback
from collections import Counter
from typing import Any

import pytest
from pytest_django.plugin import pytest_collection_modifyitems as in_order_of_databases

from tests.mutants.changes import Change
from tests.mutants.choosing import near_and_far
from tests.mutants.swapping import living_functions, swap

LONGEST = 900


class NoAnswer(Exception):
    """Of a copy that took too long, or that ended without one; the message is the outcome."""


class Trials:
    """A plugin: instead of running the tests, runs those of each mutant's folder until one fails."""

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self.outcomes: Counter[str] = Counter()
        self.failed: list[str] = []  # in the forked process: tests that failed
        self.red: set[str] = set()  # tests that fail without any change, and those that do not
        self.sound: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The quick round first, for all of them: what it leaves is seen early."""
        assert not session.testsfailed, "tests cannot be collected"
        self.living = living_functions(self.changes)
        left = []
        for number, change in enumerate(self.changes, 1):
            near, far = near_and_far(change)
            began = time.monotonic()
            outcome = self.outcome(session, change, near)
            if outcome == "SURVIVED" and far:
                left.append((number, change, far))
                outcome = "left"
            self.tell(number, outcome, began, change)
        for number, change, far in left:
            began = time.monotonic()
            self.tell(number, self.outcome(session, change, far), began, change)
        return True

    def tell(self, number: int, outcome: str, began: float, change: Change) -> None:
        print(f"{number:3} {outcome:9}{time.monotonic() - began:5.0f} s  {change}  {change.kind}", flush=True)
        if outcome != "killed":
            print("\n".join(f"      {row}" for row in change.diff()), flush=True)
        if outcome != "left":
            self.outcomes[outcome] += 1

    def outcome(self, session: pytest.Session, change: Change, files: list[str]) -> str:
        items = [item for item in session.items if _file(item.nodeid) in files]
        items.sort(key=lambda item: files.index(_file(item.nodeid)))
        in_order_of_databases(items)
        try:
            return "killed" if self.noticed(session, items, change) else "SURVIVED"
        except NoAnswer as why:
            return str(why)

    def noticed(self, session: pytest.Session, items: list[pytest.Item], change: Change) -> bool:
        """Whether a test fails that does not without the change."""
        while True:
            asked = [item for item in items if item.nodeid not in self.red]
            if not asked:
                return False
            failed = self.first_to_fail(session, asked, change)
            if failed is None:
                return False
            if failed not in self.sound:
                alone = [item for item in asked if item.nodeid == failed]
                (self.sound if self.first_to_fail(session, alone, None) is None else self.red).add(failed)
            if failed in self.sound:
                return True
            print(f"    red without any change, so left out: {failed}", flush=True)

    def first_to_fail(self, session: pytest.Session, items: list[pytest.Item], change: Change | None) -> str | None:
        """The test's name, as a copy of this process finds it."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._run_and_end(session, items, change, writing)
        os.close(writing)
        with open(reading) as answer:
            if not select.select([answer], [], [], LONGEST)[0]:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                raise NoAnswer("TOO LONG")
            word = answer.read()
        os.waitpid(child, 0)
        if not word:
            raise NoAnswer("BROKE OFF")
        return None if word == "none" else word

    def _run_and_end(self, session: Any, items: list[pytest.Item], change: Change | None, writing: int) -> None:
        """In the forked process. What it prints is of no interest, except why it could not even begin."""
        try:
            os.setsid()
            if change is not None:
                swap(change, self.living)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            for item, following in zip(items, [*items[1:], None], strict=True):
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    break
            session._setupstate.teardown_exact(None)
            os.write(writing, (self.failed[0] if self.failed else "none").encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)


def _file(nodeid: str) -> str:
    return nodeid.split("::")[0]
