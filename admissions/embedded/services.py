"""Start what is not given by DATABASE_URL and REDIS_URL; stop it with the program that started it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg2

from . import secrets
from .places import VAR, places
from .postgres import OWNER, WEB_ROLE, Postgres, ensure_web_role
from .processes import Kept
from .valkey import Valkey

KEYS = ("SECRET_KEY", "DIGEST_KEY", "SEAL_KEY", "MARK_KEY")


@contextmanager
def services(
    name: str, before: Callable[[], None] = lambda: None, kept: list[Kept] | None = None
) -> Iterator[dict[str, str]]:
    """Environment of the processes that use the services; also written to the env file for `manage.py`.

    `kept` is given those that were started here, for whoever looks after them.

    `before` is done once nobody else can be at work with these data.
    """
    where = places(name)
    with ExitStack() as stack:
        stack.enter_context(_only_one(name))
        before()
        values = secrets.load(name)
        environment = {key: os.environ.get(key, values[key]) for key in KEYS}
        if os.environ.get("DATABASE_URL"):
            environment |= external_database(values)
        else:
            postgres = Postgres(where, values)
            stack.callback(postgres.stop)
            postgres.start()
            if kept is not None:
                kept.append(postgres)
            environment |= {"DATABASE_URL": postgres.url(), "DATABASE_OWNER_URL": postgres.url(OWNER)}
        if os.environ.get("REDIS_URL"):
            environment["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            valkey = Valkey(where, values)
            stack.callback(valkey.stop)
            valkey.start()
            if kept is not None:
                kept.append(valkey)
            environment["REDIS_URL"] = valkey.url()
        secrets.store(name, values | environment)
        yield environment


def external_database(values: dict[str, str]) -> dict[str, str]:
    """A server of the operator's: DATABASE_OWNER_URL, where given, makes sure that the web role exists."""
    owner = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    connection = psycopg2.connect(owner)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
            if cursor.fetchone() is None:
                ensure_web_role(connection, WEB_ROLE, values["WEB_PASSWORD"])
    finally:
        connection.close()
    return {"DATABASE_URL": os.environ["DATABASE_URL"], "DATABASE_OWNER_URL": owner}


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """A second start beside a running one would fight over data and port."""
    with (VAR / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            command = "make run" if name == "run" else f"make {name}"
            raise SystemExit(f"{command} 已在本目录运行，请先停止它（在它的窗口按 Ctrl-C）。") from None
        yield
