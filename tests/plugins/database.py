"""Test databases: one migrated template, a copy for each worker, a fresh copy after each transactional test.

The ledgers are append-only, so Django's flush cannot empty them: the worker's database is made anew instead.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[2]
# What decides how an empty database looks.
TABLES = ("**/migrations/*.py", "admissions/core/migrating.py", "admissions/audit/protection.py")
LOCK = 7_261_142
# Rows that a test rolled back stay in the tables, and statistics taken meanwhile call full tables empty: the planner then
# joins them row by row, and a test of seconds takes minutes. So nothing is vacuumed or analysed, and worn databases go.
TESTS_PER_DATABASE = 120


@contextmanager
def maintenance() -> Iterator[Any]:
    """A cursor on the server's maintenance database, outside any transaction."""
    settings = connection.settings_dict
    link = psycopg2.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname="postgres",
    )
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def environment_of_a_process() -> dict[str, str]:
    """What another Python process needs to work on this test's database, with the same rights."""
    database = connection.settings_dict
    login = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    place = quote(database["HOST"] or "", safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    environment = {**os.environ, "DATABASE_URL": f"postgres://{login}@{place}/{database['NAME']}"}
    environment.pop("ADMISSIONS_AS_OWNER", None)
    return environment


def drop(cursor: Any, name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def copy(cursor: Any, template: str, name: str) -> None:
    drop(cursor, name)
    cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def template_name(prefix: str, sources: tuple[str, ...]) -> str:
    """Changes with any of the source files."""
    digest = hashlib.sha256()
    for package in ("admissions", "workgroups", "discipline", "publicity"):
        for pattern in sources:
            for path in sorted((ROOT / package).glob(pattern.removeprefix(f"{package}/"))):
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"{prefix}_{digest.hexdigest()[:12]}"


def ensure_template(prefix: str, fill: Any, base: str = "", sources: tuple[str, ...] = TABLES) -> str:
    """Make the template once for all workers: the first one builds, the others wait on an advisory lock."""
    name = template_name(prefix, sources)
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _drop_stale(cursor, prefix)
            draft = f"{name}_draft"
            copy(cursor, base or "template0", draft)
            _fill(draft, fill)
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
    return name


def _drop_stale(cursor: Any, prefix: str) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{prefix}\\_%"])
    for (stale,) in cursor.fetchall():
        drop(cursor, stale)


def _fill(name: str, fill: Any) -> None:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        fill()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def migrate() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")


def worker_database() -> str:
    return f"test_admissions_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: a copy of the template instead of a migration per worker."""
    with django_db_blocker.unblock():
        server = _server_label()
        Workshop.template = ensure_template(f"tpl_{server}", migrate)
        Workshop.database = worker_database()
        Workshop.fresh()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with maintenance() as cursor:
            drop(cursor, Workshop.database)


def _server_label() -> str:
    """Checkouts that share one server must not share templates."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]


class Workshop:
    """The worker's database and the template it is copied from."""

    template = ""
    database = ""
    used = 0

    @classmethod
    def fresh(cls, template: str = "") -> None:
        cls.used = 0
        connections.close_all()
        with maintenance() as cursor:
            copy(cursor, template or cls.template, cls.database)
        connection.settings_dict["NAME"] = cls.database


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Between two tests no transaction is open."""
    Workshop.used += 1
    if Workshop.database and Workshop.used > TESTS_PER_DATABASE:
        Workshop.fresh()


def _recreate(self: TransactionTestCase) -> None:
    Workshop.fresh()


TransactionTestCase._fixture_teardown = _recreate


@pytest.fixture
def second_connection(transactional_db: None) -> Iterator[Any]:
    """A raw psycopg2 connection beside Django's, for races."""
    yield from _raw_connection()


@pytest.fixture
def web_role_connection(transactional_db: None) -> Iterator[Any]:
    """A connection with the rights of the web processes."""
    for link in _raw_connection():
        with link.cursor() as cursor:
            cursor.execute("SET ROLE admissions_web")
        yield link


def _raw_connection() -> Iterator[Any]:
    link = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    link.autocommit = True
    try:
        yield link
    finally:
        link.close()
