"""Rows that all tests of a module look at: made once, in a transaction around those of the tests, and undone with the module."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.plugins.database import Workshop


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that commands take for a test's own, and that leaves nothing."""
    whole = transaction.atomic()
    whole._from_testcase = True
    with whole:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For a fixture of module scope that makes rows, where each test runs in a transaction of its own.

    Rows in memory are not undone after a test: hand each test what it reads anew.
    """
    with django_db_blocker.unblock(), Workshop.held(), undone():
        yield
