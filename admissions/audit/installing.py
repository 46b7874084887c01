"""Guards into the database and out of it: lifted before `migrate`, installed after it, asked for at the start of a process.

A trigger carries in its comment the digest of its declaration and of what the database made of it; functions are compared
word by word. So a guard that is missing, switched off or changed is found, one that is no longer declared is dropped, and
a `migrate` with nothing to do touches no table.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from .guarding import Function, Trigger, quoted, with_called
from .models import Event
from .protection import history_models, triggers
from .rights import grant_web_role

# Sealing asks for the rows of finished transactions since the last seal; the check at commit for those of one record.
TRANSACTION_INDEX = "CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"
MARK = "guard"


@dataclass(frozen=True)
class Standing:
    """What the catalogue holds: our triggers with their state, and our functions with their text."""

    triggers: dict[tuple[str, str], tuple[str, str, str]]
    functions: dict[str, str]
    signatures: dict[str, str]


STANDING_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled, p.proname, split_part(obj_description(t.oid, 'pg_trigger'), ' ', 2),
       split_part(obj_description(t.oid, 'pg_trigger'), ' ', 3) = md5(pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
  AND split_part(obj_description(t.oid, 'pg_trigger'), ' ', 1) = %s
"""
STANDING_FUNCTIONS = """
SELECT p.proname, p.prosrc, p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND obj_description(p.oid, 'pg_proc') = %s
"""


def standing(connection: BaseDatabaseWrapper) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(STANDING_TRIGGERS, [MARK])
        found = {
            (table, name): (enabled, function, digest if unchanged else "changed")
            for table, name, enabled, function, digest, unchanged in cursor.fetchall()
        }
        cursor.execute(STANDING_FUNCTIONS, [MARK])
        rows = cursor.fetchall()
    return Standing(found, {name: source for name, source, _ in rows}, {name: full for name, _, full in rows})


@dataclass(frozen=True)
class Missing:
    """What is declared and does not stand as it is declared."""

    triggers: list[Trigger]
    functions: list[Function]


def possible(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], Trigger]:
    """The declared triggers all of whose tables are there; an app may just have been taken back to zero."""
    existing = set(connection.introspection.table_names())
    return {
        key: trigger
        for key, trigger in triggers().items()
        if all(model._meta.db_table in existing for model in trigger.tables())
    }


def missing(now: Standing, wanted: dict[tuple[str, str], Trigger]) -> Missing:
    functions = {f.name: f for trigger in wanted.values() for f in with_called(trigger.function)}
    return Missing(
        [row for key, row in wanted.items() if now.triggers.get(key) != ("O", row.function.name, row.digest)],
        [function for name, function in functions.items() if now.functions.get(name) != function.source],
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing or changed, drop what is no longer declared, set the web role's rights."""
    wanted = possible(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _install_guards(cursor, connection, wanted)
        _make_indexes(cursor, set(connection.introspection.table_names(cursor)))
        grant_web_role(connection, cursor)


def _install_guards(cursor: Any, connection: BaseDatabaseWrapper, wanted: dict[tuple[str, str], Trigger]) -> None:
    now = standing(connection)
    lacking = missing(now, wanted)
    for table, name in sorted(set(now.triggers) - set(wanted)):
        cursor.execute(f"DROP TRIGGER {quoted(name)} ON {quoted(table)}")
    for function in lacking.functions:
        cursor.execute(function.sql())
        cursor.execute(f"COMMENT ON FUNCTION {quoted(function.name)} IS '{MARK}'")
    for trigger in lacking.triggers:  # a constraint trigger cannot be replaced, so none is
        table, name = quoted(trigger.model._meta.db_table), quoted(trigger.name)
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        cursor.execute(trigger.sql())
    _sign(cursor, lacking.triggers)
    needed = {f.name for trigger in wanted.values() for f in with_called(trigger.function)}
    for name in sorted(set(now.functions) - needed):
        cursor.execute(f"DROP FUNCTION {now.signatures[name]}")


SIGN = """
DO $$ DECLARE row record; BEGIN
    FOR row IN SELECT * FROM (VALUES {rows}) AS given (relname, tgname, digest) LOOP
        EXECUTE (SELECT format('COMMENT ON TRIGGER %I ON %I IS %L', t.tgname, c.relname,
                               '{mark} ' || row.digest || ' ' || md5(pg_get_triggerdef(t.oid)))
                 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                 WHERE c.relname = row.relname AND t.tgname = row.tgname AND c.relnamespace = 'public'::regnamespace);
    END LOOP;
END $$
"""


def _sign(cursor: Any, made: list[Trigger]) -> None:
    """Write into the comment of each what it was made from and what came of it."""
    if made:
        rows = ", ".join(f"('{row.model._meta.db_table}', '{row.name}', '{row.digest}')" for row in made)
        cursor.execute(SIGN.format(rows=rows, mark=MARK))


def _make_indexes(cursor: Any, existing: set[str]) -> None:
    others: list[type[Model]] = [model for model in apps.get_models() if hasattr(model, "LEAF_OPEN")]
    ledgers: list[type[Model]] = [Event, *others]
    kept = [(model, "txid", "txid") for model in ledgers]
    kept += [(model, "txid_id", "txid, id") for model in history_models()]
    for model, ending, columns in kept:
        table = model._meta.db_table
        if table in existing:
            name = quoted(f"{table}_{ending}"[-63:])
            cursor.execute(TRANSACTION_INDEX.format(name=name, table=quoted(table), columns=columns))


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop all our triggers: a column that a trigger names could not be changed otherwise. Only with the site stopped."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, name in standing(connection).triggers:
            cursor.execute(f"DROP TRIGGER {quoted(name)} ON {quoted(table)}")


def lift_before_migrate(app_config: Any, using: str, plan: Any = (), **kwargs: Any) -> None:
    """pre_migrate is sent once per app, before anything is migrated; nothing is lifted where nothing will change."""
    if plan and app_config == _apps_with_models()[0]:
        lift(connections[using])


def install_after_migrate(app_config: Any, using: str, **kwargs: Any) -> None:
    """post_migrate is sent once per app; the last app of the project is when all tables are there."""
    if app_config == _apps_with_models()[-1]:
        install(connections[using])


def _apps_with_models() -> list[Any]:
    return [config for config in apps.get_app_configs() if config.models_module is not None]


def unprotected_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables one of whose guards is missing, switched off or otherwise than declared."""
    now, wanted = standing(connection), possible(connection)
    lacking = missing(now, wanted)
    changed = {function.name for function in lacking.functions}
    tables = {trigger.model._meta.db_table for trigger in lacking.triggers}
    for trigger in wanted.values():
        if changed & {function.name for function in with_called(trigger.function)}:
            tables.add(trigger.model._meta.db_table)
    return sorted(tables)
