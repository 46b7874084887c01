"""The world of the walks as a template database: made once for each state of the code, found again by keys.

A test that asks for the fixture `world` runs on a copy of it, in a transaction like any other.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import override_settings

from admissions.settings.env import VAR_DIR
from tests.clock import BEFORE, INSTANT, Clock
from tests.factories.base import AuditedFactory
from tests.house.world import World, make_world
from tests.plugins.database import Workshop, ensure_template, maintenance, server_label, template_name

EVERYTHING = ("**/*.py",)
KEYS = "CREATE SCHEMA test_world; CREATE TABLE test_world.keys (kept text)"


def world_template() -> str:
    """Its name; made where there is none for this code, this clock and these secrets, or where its files are gone."""
    prefix = f"wld_{server_label()}"
    marks = hashlib.sha256(f"{INSTANT} {settings.DIGEST_KEY} {Workshop.template}".encode()).hexdigest()[:8]
    name = f"{template_name(prefix, EVERYTHING)}_{marks}"
    if not files_of(name).is_dir():
        _forget(name)
    return ensure_template(prefix, lambda: _fill(name), base=Workshop.template, name=name)


def demonstration_template() -> str:
    """A database as `make run` shows it, for what is tried on such data by hand."""
    prefix = f"dem_{server_label()}"
    marks = hashlib.sha256(f"{INSTANT} {settings.DIGEST_KEY} {settings.MARK_KEY} {Workshop.template}".encode())
    name = f"{template_name(prefix, EVERYTHING)}_{marks.hexdigest()[:8]}"
    return ensure_template(prefix, lambda: _demonstrate(name), base=Workshop.template, name=name)


def _demonstrate(name: str) -> None:
    Clock.set(INSTANT - BEFORE)
    connection.close()
    shutil.rmtree(VAR_DIR / "test-demonstrations", ignore_errors=True)
    files = VAR_DIR / "test-demonstrations" / name
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    with override_settings(MEDIA_ROOT=str(files), DEMONSTRATION=True):
        call_command("seed_reference")
        call_command("demonstrate")
    caches["counts"].clear()
    Clock.set()


def files_of(name: str) -> Path:
    return VAR_DIR / "test-worlds" / name


def _forget(name: str) -> None:
    with maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _fill(name: str) -> None:
    """Before the suite's instant, in one transaction as in a test: what commands send when they are committed is not sent."""
    shutil.rmtree(VAR_DIR / "test-worlds", ignore_errors=True)
    draft = files_of(f"{name}_{os.getpid()}")
    draft.mkdir(mode=0o700, parents=True)
    Clock.set(INSTANT - BEFORE)
    connection.close()
    caches["counts"].clear()
    whole = transaction.atomic()
    whole._from_testcase = True
    with override_settings(MEDIA_ROOT=str(draft)), whole:
        _keep(make_world())
        connection.run_on_commit = []
    caches["counts"].clear()
    draft.rename(files_of(name))
    Clock.set()


def _keep(world: World) -> None:
    kept = {
        "who": {role: person.pk for role, person in world.who.items()},
        "records": {name: _key_of(value) for name, value in world.records.items()},
        "numbers": {name: maker._meta.next_sequence() for name, maker in _factories()},
    }
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        cursor.execute("INSERT INTO test_world.keys VALUES (%s)", [json.dumps(kept)])


def _key_of(value: Any) -> Any:
    return [value._meta.label, str(value.pk)] if isinstance(value, models.Model) else value


def _factories() -> list[tuple[str, Any]]:
    """Each that counts for itself."""
    found, more = [], [AuditedFactory]
    while more:
        more += (kinds := more.pop().__subclasses__())
        found += [
            (f"{kind.__module__}.{kind.__name__}", kind) for kind in kinds if kind._meta.counter_reference is kind._meta
        ]
    return found


def _count_on(numbers: dict[str, int]) -> None:
    """Whoever found the world made by another process goes on after its names: they stand there only once."""
    for name, maker in _factories():
        if maker._meta.next_sequence() < numbers.get(name, 0):
            maker.reset_sequence(numbers[name])


class Records(dict[str, Any]):
    """Names → what was kept; a record is read when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, list):
            label, key = value
            self[name] = value = apps.get_model(label)._base_manager.get(pk=key)
        return value


def found_world() -> World:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept FROM test_world.keys")
        kept = json.loads(cursor.fetchone()[0])
    _count_on(kept["numbers"])
    people = apps.get_model("accounts.User")._base_manager.in_bulk(kept["who"].values())
    return World(Records(kept["records"]), {role: people[key] for role, key in kept["who"].items()})


@pytest.fixture
def _django_db_helper(right_database: None, _django_db_helper: None) -> None:
    """pytest-django's own, after the database has been chosen: its transaction begins there."""


@pytest.fixture
def right_database(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """Who leaves the world again is `tests.plugins.database`, before each test."""
    if "world" in request.fixturenames:
        template = request.getfixturevalue("world_database")
        with django_db_blocker.unblock():
            Workshop.stand_on(template)


@pytest.fixture(scope="session")
def world_database(django_db_setup: None, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return world_template()


@pytest.fixture
def world(world_database: str, db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = str(tmp_path / "world")
    shutil.copytree(files_of(world_database), settings.MEDIA_ROOT)
    return found_world()
