"""Each test module begins at the suite's instant; modules marked `machine_clock` see the machine's time."""

from typing import Any

import pytest
from django.db import connections

from tests.clock import BEFORE, INSTANT, Clock

_module: list[Any] = [None]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    Clock.set(INSTANT - BEFORE)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Not before every test: rows that a module shares must not lie in the future of its later tests."""
    module = item.getparent(pytest.Module)
    if module is _module[0]:
        return
    _module[0] = module
    connections.close_all()
    if item.get_closest_marker("machine_clock"):
        Clock.leave()
    else:
        Clock.set()


def pytest_unconfigure() -> None:
    Clock.leave()
