"""A process of its own that is stopped at a chosen step of what it does, and ended there.

It is stopped by what the product waits for anyway: a lock on the table that the step writes, held by the test, or a broker
that takes the connection and says nothing. No step of the product knows of it, and nobody sleeps.
"""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection

from admissions.celery import app
from admissions.core import broker

# A step after everything was committed: what was to be handed over is on its way.
HANDED_OVER = "broker"
PATIENCE = 20
BLOCKED = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND %s = ANY (pg_blocking_pids(pid))
"""


@dataclass
class Victim:
    """`session`: the number of its session at the database, 0 where it is not stopped there."""

    pid: int
    session: int
    told: int
    held_by: Any = None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def lose_database(self) -> None:
        """As a server that is killed does it to everybody: the session ends in the middle of its statement, locks are gone."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [self.session])
        self.held_by.let_go()

    def answer(self) -> Any:
        """What its act gave, where it lived to the end."""
        with os.fdopen(self.told, "rb") as told:
            assert select.select([told], [], [], PATIENCE)[0], "it says nothing"
            said = told.read()
        os.waitpid(self.pid, 0)
        return json.loads(said)


@contextmanager
def stopped(act: Callable[[], Any], *steps: str) -> Iterator[Victim]:
    """A process that does the act, stopped at the last of the steps, which it passes in this order.

    Within the block it stands there. At the end what held it lets go; then all that was its own is over.
    """
    with ExitStack() as stack:
        first = stack.enter_context(_held(steps[0]))
        victim = _started(act)
        stack.callback(_forgotten, victim)
        first.wait_for(victim)
        for step in steps[1:]:
            then = stack.enter_context(_held(step))
            first.let_go()
            then.wait_for(victim)
            first = then
        victim.held_by = first
        yield victim
    _others_have_gone()


class _Table:
    """Nobody but us writes to the table, or locks a row of it."""

    def __init__(self, table: str) -> None:
        self.link = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
        with self.link.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '20s'; LOCK TABLE {table} IN EXCLUSIVE MODE")

    def wait_for(self, victim: Victim) -> None:
        with connection.cursor() as cursor:
            _until(lambda: self._blocked(cursor, victim), victim)

    def _blocked(self, cursor: Any, victim: Victim) -> bool:
        cursor.execute(BLOCKED, [self.link.info.backend_pid])
        found = cursor.fetchall()
        victim.session = found[0][0] if found else 0
        return bool(found)

    def let_go(self) -> None:
        self.link.close()


class _Broker:
    """The address of a broker that takes the connection and never says a word."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        os.environ["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def wait_for(self, victim: Victim) -> None:
        self.taken, _ = self.listener.accept()

    def let_go(self) -> None:
        os.environ.pop("CELERY_BROKER_URL", None)
        self.listener.close()


@contextmanager
def _held(step: str) -> Iterator[Any]:
    holder = _Broker() if step == HANDED_OVER else _Table(step)
    try:
        yield holder
    finally:
        holder.let_go()


def _started(act: Callable[[], Any]) -> Victim:
    """A child of this process: nothing has to be loaded first. It has connections of its own."""
    told, telling = os.pipe()
    pid = os.fork()
    if pid:
        os.close(telling)
        return Victim(pid, 0, told)
    try:
        os.close(told)
        connection.connection = None  # the parent's; psycopg2 closes none of another process
        broker.away.forget()
        app.amqp._producer_pool = None
        os.write(telling, json.dumps(act()).encode())
    finally:
        os._exit(0)
    raise AssertionError


def _until(happened: Callable[[], bool], victim: Victim) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert os.waitpid(victim.pid, os.WNOHANG) == (0, 0), "it ended before it came to this step"
        assert time.monotonic() < end
        time.sleep(0.01)


def _forgotten(victim: Victim) -> None:
    """Whatever the test did with it, or did not come to do."""
    try:
        os.kill(victim.pid, signal.SIGKILL)
        os.waitpid(victim.pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def _others_have_gone() -> None:
    """The server notices a killed client only when it next speaks to it."""
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return
            assert time.monotonic() < end
            time.sleep(0.02)
