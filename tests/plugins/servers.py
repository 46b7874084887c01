"""Marks with `server` what may come out differently on another PostgreSQL or Redis: CI runs just these on servers of its own.

A test is marked when it works outside a transaction of its own, takes a raw connection, or it, its fixtures or the
functions of the tests it calls speak SQL, races, processes or the broker. What none of these shows (COPY) is marked by hand.
"""

import inspect
import re
from types import FunctionType
from typing import Any

import pytest

# What they prove does not depend on the server.
APART = ("walk", "browser", "offline")
FIXTURES = {"transactional_db", "second_connection", "web_role_connection", "live_server"}
SPEAKS = re.compile(
    r"cursor\(|psycopg2|\bredis\b|IntegrityError|OperationalError|CheckViolation|ExclusionViolation|ProgrammingError"
    r"|together\(|worker_for|environment_of_a_process|end_other_sessions|maintenance\(|load_candidates|pg_dump"
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only where somebody asks for them: it reads the text of every test."""
    if "server" not in config.option.markexpr:
        return
    for item in items:
        if isinstance(item, pytest.Function) and needs_a_server(item):
            item.add_marker(pytest.mark.server)


def needs_a_server(item: pytest.Function) -> bool:
    if any(item.get_closest_marker(name) for name in APART):
        return False
    marker = item.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or FIXTURES & set(item.fixturenames):
        return True
    return speaks(item.function) or any(speaks(function) for function in _called(item))


_spoken: dict[Any, bool] = {}


def speaks(function: Any) -> bool:
    """Whether the text of a function says so."""
    code = getattr(function, "__code__", None)
    if code not in _spoken:
        _spoken[code] = bool(code) and bool(SPEAKS.search(_text(function)))
    return _spoken[code]


def _text(function: Any) -> str:
    try:
        return inspect.getsource(inspect.unwrap(function))
    except (OSError, TypeError):
        return ""


def _called(item: pytest.Function) -> list[FunctionType]:
    """Functions of the tests that the test names, and the fixtures it takes."""
    names = set(inspect.unwrap(item.function).__code__.co_names)
    helpers = [value for name, value in vars(item.module).items() if name in names]
    fixtures = [
        definition.func
        for name in item.fixturenames
        for definition in item._fixtureinfo.name2fixturedefs.get(name, ())[-1:]
    ]
    return [
        function
        for function in [*helpers, *fixtures]
        if isinstance(function, FunctionType) and function.__module__.startswith("tests.")
        and not function.__module__.startswith("tests.plugins")
    ]  # fmt: skip
