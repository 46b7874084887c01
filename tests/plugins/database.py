"""Test databases: one migrated template, a copy for each worker, and the state of the template after each transactional test.

The ledgers are append-only, so Django's flush cannot empty them: whoever may do everything empties them, and where a test
changed more than rows the worker's database is copied anew.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg2 import sql

from tests.clock import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
# What decides how an empty database looks.
TABLES = (
    "**/migrations/*.py",
    "**/guards.py",
    "**/commit_guards.py",
    "**/readonly.py",
    "admissions/core/migrating.py",
    "admissions/audit/guarding.py",
    "admissions/audit/installing.py",
    "admissions/audit/protection.py",
    "admissions/audit/rights.py",
    "tests/clock.py",
)
LOCK = 7_261_142
# Rows that a test rolled back stay in the tables, and statistics taken meanwhile call full tables empty: the planner then
# joins them row by row, and a test of seconds takes minutes. So nothing is vacuumed or analysed, and worn databases go.
TESTS_PER_DATABASE = 120


# Changes with every table, column, trigger, constraint, function or setting that comes, goes or becomes another.
CATALOGUES = ("class", "attribute", "attrdef", "trigger", "constraint", "index", "proc", "type", "policy", "extension")
SHAPE = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM pg_catalog.pg_{name}" for name in CATALOGUES
) + (
    " UNION ALL SELECT 'settings', count(*), max(s.xmin::text::bigint) FROM pg_db_role_setting s"
    " JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()"
)
ALL_TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
SEQUENCES = "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"


@contextmanager
def maintenance(database: str = "postgres") -> Iterator[Any]:
    """A cursor of one who may do everything, outside any transaction; on the server's maintenance database."""
    settings = connection.settings_dict
    link = psycopg2.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname=database,
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
    environment["PYTHONPATH"] = str(ROOT / "tests" / "moved")
    return environment


def drop(cursor: Any, name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def copy(cursor: Any, template: str, name: str) -> None:
    drop(cursor, name)
    cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def template_name(prefix: str, sources: tuple[str, ...]) -> str:
    """Changes with any of the source files."""
    digest = hashlib.sha256()
    for package in ("admissions", "workgroups", "discipline", "publicity", "tests"):
        for pattern in sources:
            for path in sorted((ROOT / package).glob(pattern.removeprefix(f"{package}/"))):
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"{prefix}_{digest.hexdigest()[:12]}"


def ensure_template(prefix: str, fill: Any, base: str = "", name: str = "") -> str:
    """Make the template once for all workers: the first one builds, the others wait on an advisory lock."""
    name = name or template_name(prefix, TABLES)
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
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(ALL_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")


def worker_database() -> str:
    return f"test_admissions_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: a copy of the template instead of a migration per worker."""
    with django_db_blocker.unblock():
        server = server_label()
        Workshop.template = ensure_template(f"tpl_{server}", migrate)
        Workshop.database = worker_database()
        Workshop.stand_on(Workshop.template)
        with maintenance(Workshop.database) as cursor:
            Workshop.origin = Origin.read(cursor)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with maintenance() as cursor:
            drop(cursor, Workshop.database)


def server_label() -> str:
    """Checkouts that share one server must not share templates."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]


@dataclass(frozen=True)
class Origin:
    """What a new copy of the template holds: its shape, the tables with rows and their digests, where sequences stand."""

    shape: list[tuple[Any, ...]]
    filled: dict[str, str]
    empty: list[str]
    sequences: dict[str, int | None]

    @classmethod
    def read(cls, cursor: Any) -> "Origin":
        cursor.execute(ALL_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables))
        filled = {name for (name,) in cursor.fetchall()}
        cursor.execute(SEQUENCES)
        sequences = dict(cursor.fetchall())
        return cls(_shape(cursor), _digests(cursor, filled), sorted(set(tables) - filled), sequences)

    def restore(self, cursor: Any) -> bool:
        """Back to this state; False when a test changed what emptying tables does not bring back."""
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        if _shape(cursor) != self.shape or _digests(cursor, self.filled) != self.filled:
            return False
        # Neither triggers nor foreign keys have a say in it.
        cursor.execute(
            "SET session_replication_role = replica; " + "; ".join(f"DELETE FROM {name}" for name in self.empty)
        )
        cursor.execute(SEQUENCES)
        for name, value in cursor.fetchall():
            if value != self.sequences[name]:
                cursor.execute(
                    "SELECT setval(%s, %s, %s)", [name, self.sequences[name] or 1, bool(self.sequences[name])]
                )
        return True


def _shape(cursor: Any) -> list[tuple[Any, ...]]:
    cursor.execute(SHAPE)
    return sorted(cursor.fetchall())


def _digests(cursor: Any, tables: Iterable[str]) -> dict[str, str]:
    rows = (f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t" for name in sorted(tables))
    cursor.execute(" UNION ALL ".join(rows))
    return dict(cursor.fetchall())


class Workshop:
    """The worker's database and the template it is copied from."""

    template = ""
    database = ""
    # What the database is a copy of: the template, or for the walks the world made on it (`tests.plugins.worlds`).
    standing_on = ""
    used = 0
    is_held = False
    origin: Origin | None = None

    @classmethod
    def stand_on(cls, template: str) -> None:
        if cls.standing_on != template:
            cls.standing_on = template
            cls.fresh()

    @classmethod
    def fresh(cls) -> None:
        cls.used = 0
        connections.close_all()
        with maintenance() as cursor:
            copy(cursor, cls.standing_on, cls.database)
        connection.settings_dict["NAME"] = cls.database

    @classmethod
    @contextmanager
    def held(cls) -> Iterator[None]:
        """The database stays while a module keeps rows in it."""
        cls.stand_on(cls.template)
        cls.is_held = True
        try:
            yield
        finally:
            cls.is_held = False

    @classmethod
    def again(cls) -> None:
        """As fresh: emptied, which is several times faster than copied, or else copied."""
        connections.close_all()
        if cls.standing_on == cls.template:
            with maintenance(cls.database) as cursor:
                if cls.origin is not None and cls.origin.restore(cursor):
                    return
        cls.fresh()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Between two tests no transaction is open."""
    if not Workshop.database:
        return
    Workshop.used += 1
    if "world" not in getattr(item, "fixturenames", ()):
        Workshop.stand_on(Workshop.template)
    if Workshop.used > TESTS_PER_DATABASE and not Workshop.is_held:
        Workshop.fresh()


def _recreate(self: TransactionTestCase) -> None:
    Workshop.again()


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
