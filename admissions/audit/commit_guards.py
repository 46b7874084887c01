"""What is asked at commit: every changed row has its history of this transaction, every history row its event.

No session variable has a say, and nobody is exempt: the owner too has to lift the guards to get past them. A row is looked
at as it stands at the commit, so what changed twice is asked for twice about the same state.
"""

import json
from collections.abc import Iterator
from typing import Any

from .guarding import REFUSE, Checked, EachOf, Function, Guard, Model, columns_of, literal
from .models import Event, WrongMark, recorded_fields
from .protection import audited_models

ROW_SAYS = "记录的改动没有本次办理的历史：改动只能经业务命令办理。"
HISTORY_SAYS = "历史行不属于本次办理的留痕事件，或事件没有列出它。"
COUNT_SAYS = "事件所列的成批变更与历史的行数不符。"
DATE_SAYS = "留痕的时间与数据库的时钟相差太多。"
ROW, HISTORY, COUNT, DATE = (
    "row_has_its_history",
    "history_has_its_event",
    "event_counts_its_rows",
    "entry_is_dated_now",
)
REFUSALS = {ROW: ROW_SAYS, HISTORY: HISTORY_SAYS, COUNT: COUNT_SAYS, DATE: DATE_SAYS}
OWN = "pg_current_xact_id()::text::bigint"
# How much older than the clock an entry may be, and how much newer: a history row waits for the end of its command.
EVENT_AGE, HISTORY_AGE, AHEAD = "10 minutes", "1 day", "5 minutes"


def _refusal(constraint: str) -> str:
    return (
        f"RAISE EXCEPTION '{REFUSALS[constraint]}'"
        f" USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;"
    )


def row_told(model: Any) -> Iterator[Guard]:
    """The row at the commit is what a history row of this transaction says, or gone as one says."""
    names = [field.name for field in recorded_fields(model)]
    live, kept = (", ".join(f"{row}.{column}" for column in columns_of(model, names)) for row in ("t", "h"))
    yield Checked(
        model,
        Function(
            name=f"told_{model._meta.db_table}"[:63],
            tables={"live": model, "history": model.history.model},
            refuses={ROW: ROW_SAYS},
            body=f"""
DECLARE
    changed_row bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
BEGIN
    IF EXISTS (
        SELECT FROM {{history}} h LEFT JOIN {{live}} t ON t.id = h.id
        WHERE h.id = changed_row AND h.txid = {OWN}
          AND CASE WHEN t.id IS NULL THEN h.history_type = '-'
                   ELSE h.history_type <> '-' AND NOT (ROW({live}) IS DISTINCT FROM ROW({kept})) END
    ) THEN
        RETURN NULL;
    END IF;
    {_refusal(ROW)}
END
""",
        ),
        on="INSERT OR UPDATE OR DELETE",
        name=ROW,
        at_commit=True,
    )
    yield Checked(model, REFUSE, on="TRUNCATE", name="row_no_truncate", each="STATEMENT", arguments=(ROW, ROW_SAYS))


# The argument is how events call the record: app.model.
HISTORY_TOLD = Function(
    name="audit_history_told",
    tables={"event": Event},
    refuses={HISTORY: HISTORY_SAYS},
    body=f"""
BEGIN
    IF EXISTS (
        SELECT FROM {{event}} e WHERE e.id = NEW.event_id AND e.txid = {OWN}
           AND (TG_ARGV[0] || ':' || NEW.id = ANY (e.touched)
                OR EXISTS (SELECT FROM unnest(e.touched) AS entry WHERE starts_with(entry, TG_ARGV[0] || ':*')))
    ) THEN
        RETURN NULL;
    END IF;
    {_refusal(HISTORY)}
END
""",
)


OWN_TRANSACTION = Function(
    name="audit_own_transaction",
    body=f"""
BEGIN
    NEW.txid := {OWN};
    RETURN NEW;
END
""",
)

# Whoever owns the tables may date otherwise (read-back, demonstrations): the seals show it.
DATED_NOW = Function(
    name="audit_dated_now",
    refuses={DATE: DATE_SAYS},
    body=f"""
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RETURN NEW;
    END IF;
    {_refusal(DATE)}
END
""",
)


def _dated(model: Model, column: str, age: str) -> Iterator[Guard]:
    yield Checked(model, OWN_TRANSACTION, on="INSERT")
    yield Checked(
        model,
        DATED_NOW,
        on="INSERT",
        name=DATE,
        when=f"NEW.{column} < clock_timestamp() - interval '{age}' OR NEW.{column} > clock_timestamp() + interval '{AHEAD}'",
    )


def history_told(model: Any) -> Iterator[Guard]:
    history, label = model.history.model, model._meta.label_lower
    yield Checked(history, HISTORY_TOLD, on="INSERT", name=HISTORY, arguments=(label,), at_commit=True)
    yield from _dated(history, "history_date", HISTORY_AGE)


def event_told(model: Model) -> Iterator[Guard]:
    """Of what an event lists by number (`app.model:*n`) there are as many history rows, those listed one by one besides."""
    tables = {row._meta.label_lower: row.history.model._meta.db_table for row in audited_models()}
    yield Checked(
        model,
        Function(
            name="audit_event_counts",
            refuses={COUNT: COUNT_SAYS},
            body=f"""
DECLARE
    tables jsonb := {literal(json.dumps(tables, sort_keys=True)).replace("{", "{{").replace("}", "}}")};
    label text;
    listed bigint;
    found bigint;
BEGIN
    FOR label, listed IN
        SELECT split_part(entry, ':', 1), sum(CASE WHEN entry LIKE '%:*%' THEN split_part(entry, '*', 2)::bigint ELSE 1 END)
        FROM unnest(NEW.touched) AS entry GROUP BY 1 HAVING bool_or(entry LIKE '%:*%')
    LOOP
        EXECUTE format('SELECT count(*) FROM public.%I WHERE event_id = $1', tables ->> label) INTO found USING NEW.id;
        IF found <> listed THEN
            {_refusal(COUNT)}
        END IF;
    END LOOP;
    RETURN NULL;
END
""",
        ),
        on="INSERT",
        name=COUNT,
        when="NEW.touched::text LIKE '%:*%'",
        at_commit=True,
    )
    yield from _dated(model, "at", EVENT_AGE)


COMMIT_GUARDS = (
    EachOf(audited_models, row_told, {ROW: ROW_SAYS}),
    EachOf(audited_models, history_told, {HISTORY: HISTORY_SAYS, DATE: DATE_SAYS}),
    EachOf(lambda: [Event], event_told, {COUNT: COUNT_SAYS, DATE: DATE_SAYS}),
    Checked(WrongMark, OWN_TRANSACTION, on="INSERT"),
)
