"""Plugins and fixtures of the whole suite."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from hypothesis import HealthCheck, settings

pytest_plugins = [
    f"tests.plugins.{name}"
    for name in (
        "clock",
        "database",
        "worlds",
        "walks",
        "servers",
        "skips",
        "times",
        "browser",
        "parts",
        "shared",
    )
]

# Playwright keeps an event loop in the main thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A bare Debian does not know the name `localhost`.
os.environ.setdefault("DJANGO_LIVE_TEST_SERVER_ADDRESS", "127.0.0.1")

# By hand examples are drawn anew each time; what guards the main branch judges a change by the same ones.
settings.register_profile(
    "house",
    deadline=None,
    max_examples=60,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: looking through it for garbage again and again costs time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    caches["counts"].clear()
    yield
