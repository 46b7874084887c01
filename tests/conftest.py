"""Plugins and fixtures of the whole suite."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.plugins.database", "tests.plugins.skips", "tests.plugins.browser"]

# Playwright keeps an event loop in the main thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

settings.register_profile(
    "house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: looking through it for garbage again and again costs time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
