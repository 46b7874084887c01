"""What the tests ask of the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from admissions.audit.actions import current_action
from admissions.audit.commands import machine_action
from admissions.audit.enums import Outcome
from admissions.audit.models import Event


def assert_recorded(
    action: str, *, actor: Any = None, target: Any = None, reason: str | None = None, outcome: Outcome = Outcome.DONE
) -> Event:
    """Exactly one such event exists; returns it."""
    events = Event.objects.filter(action=action, outcome=outcome)
    if actor is not None:
        events = events.filter(actor_id=actor.pk)
    if target is not None:
        events = events.of_target(target)
    if reason is not None:
        events = events.filter(reason=reason)
    found = list(events)
    assert len(found) == 1, f"{action} ({outcome}): {len(found)} events, wanted 1"
    return found[0]


def assert_refused(action: str, **expected: Any) -> Event:
    return assert_recorded(action, outcome=Outcome.REFUSED, **expected)


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """Rows of the table may change without their history: for tests of another guard; the owner alone can do this."""
    with connection.cursor() as cursor:
        # What has been changed until now has its entries; a table with open questions cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER row_has_its_history")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER row_has_its_history")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def setting_up() -> Iterator[None]:
    """Factories may save: under the action in progress, or under one of their own."""
    if current_action() is not None:
        yield
        return
    with machine_action("test.set_up", "测试准备", "测试数据"):
        yield
