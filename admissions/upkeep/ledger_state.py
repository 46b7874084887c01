"""How far the ledgers have come: what a backup notes and a restore compares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from admissions.audit.models import Event
from admissions.audit.protection import audited_models, ledger_models

SEALS = "seals_seal"


@dataclass(frozen=True)
class LastSeal:
    number: int
    size: int
    at: datetime


def last_seal() -> LastSeal | None:
    """The newest seal of the ledger; None before the first one and where the ledger is not sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [SEALS])
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(f"SELECT number, size, at FROM {SEALS} ORDER BY number DESC LIMIT 1")
        row = cursor.fetchone()
    return LastSeal(*row) if row else None


def row_counts() -> dict[str, int]:
    """Rows of every ledger table and every audited table, by name of the table."""
    tables = sorted({model._meta.db_table for model in (*ledger_models(), *audited_models())})
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def ends() -> dict[str, Any]:
    """Last event and last seal as plain values."""
    event, seal = Event.objects.newest_first().first(), last_seal()
    return {
        "last_event": {"id": str(event.id), "at": event.at.isoformat()} if event else None,
        "last_seal": {"number": seal.number, "size": seal.size, "at": seal.at.isoformat()} if seal else None,
    }
