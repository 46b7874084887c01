"""Does every audited row look as its last history row says? Finds changes that got past the triggers too."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from .commands import machine_action
from .guarding import column_of
from .models import AuditedModel, Event, recorded_fields
from .protection import audited_models

LIMIT = 100


@dataclass(frozen=True)
class Mismatch:
    """A row that its history does not explain. `kind`: 无历史, 与历史不符, 被删除."""

    table: str
    row_id: int
    kind: str


def mismatches_of(model: type[AuditedModel]) -> list[Mismatch]:
    """Compare live rows with the latest history row of each, in the database; at most 100 findings a table."""
    history = model.history.model
    quote = connection.ops.quote_name
    columns = [quote(column_of(field)) for field in recorded_fields(model)]
    table, ledger = quote(model._meta.db_table), quote(history._meta.db_table)
    live = ", ".join(f"t.{column}" for column in columns)
    last = ", ".join(f"h.{column}" for column in columns)
    sql = f"""
        WITH last AS (SELECT DISTINCT ON (id) * FROM {ledger} ORDER BY id, revision DESC, history_date DESC)
        SELECT coalesce(t.id, h.id),
               CASE WHEN h.id IS NULL THEN '无历史' WHEN t.id IS NULL THEN '被删除' ELSE '与历史不符' END
        FROM {table} t FULL JOIN last h ON h.id = t.id
        WHERE h.id IS NULL
           OR (t.id IS NULL AND h.history_type <> '-')
           OR (t.id IS NOT NULL AND ROW({live}) IS DISTINCT FROM ROW({last}))
        ORDER BY 1 LIMIT {LIMIT}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [Mismatch(model._meta.db_table, row_id, kind) for row_id, kind in cursor.fetchall()]


def all_mismatches() -> list[Mismatch]:
    return [mismatch for model in audited_models() for mismatch in mismatches_of(model)]


def reconcile() -> list[Mismatch]:
    """Compare everything and record the result as one machine event; the alarm page shows the latest."""
    found = all_mismatches()
    result = f"发现{len(found)}处与历史不符" if found else "全部一致"
    with machine_action("audit.reconcile", "核对记录与历史", result) as action:
        action.details = {"mismatches": [asdict(mismatch) for mismatch in found]}
    return found


def latest_result() -> Any:
    """The last comparison as an event, or None when none ran yet."""
    return Event.objects.filter(action="audit.reconcile").newest_first().first()
