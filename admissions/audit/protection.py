"""Protection by the database itself: append-only ledgers, alarms for changes past the application, the web role's rights.

Installed after every `migrate`, for every audited model, so that no new model can be forgotten.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import AuditedModel, Event, RawChange

APPEND_ONLY_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '留痕数据只能追加，不能修改或删除（%）', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# Excluded columns change with every login; they have no meaning in the trail.
RAW_CHANGE_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_raw_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    changed text[];
BEGIN
    SELECT array_agg(key ORDER BY key) INTO changed FROM (
        SELECT key FROM jsonb_each(before || after)
        WHERE before -> key IS DISTINCT FROM after -> key AND key <> 'last_login'
    ) AS difference;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit_rawchange (table_name, operation, row_id, columns, database_user, client, txid)
    VALUES (TG_TABLE_NAME, TG_OP, coalesce(after ->> 'id', before ->> 'id', ''), changed, session_user,
            coalesce(host(inet_client_addr()), '本机套接字'), pg_current_xact_id()::text::bigint);
    RETURN NULL;
END $$;
"""

APPEND_ONLY_TRIGGERS = """
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
"""
# Within a command the function is not even called.
RAW_CHANGE_TRIGGER = """
CREATE OR REPLACE TRIGGER audit_raw_change AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN (coalesce(current_setting('audit.event_id', true), '') = '') EXECUTE FUNCTION audit_raw_change();
"""
# Sealing asks for the rows of finished transactions since the last seal.
TRANSACTION_INDEX = "CREATE INDEX IF NOT EXISTS {name} ON {table} (txid)"


def audited_models() -> Iterator[type[AuditedModel]]:
    """Every concrete model whose rows are audited."""
    return (model for model in apps.get_models() if issubclass(model, AuditedModel) and not model._meta.proxy)


def history_models() -> Iterator[type[models.Model]]:
    return (model.history.model for model in audited_models())


def ledger_models() -> list[type[models.Model]]:
    """Everything that can only grow: events, alarms, histories, and what apps above declare `APPEND_ONLY`."""
    declared = [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]
    return [Event, RawChange, *history_models(), *declared]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create functions and triggers and set the web role's rights; running it again changes nothing."""
    quote = connection.ops.quote_name
    existing = set(connection.introspection.table_names())
    statements = [APPEND_ONLY_FUNCTION, RAW_CHANGE_FUNCTION]
    for model in ledger_models():
        if model._meta.db_table in existing:
            statements.append(APPEND_ONLY_TRIGGERS.format(table=quote(model._meta.db_table)))
    for model in (Event, *history_models()):
        if model._meta.db_table in existing:
            table = model._meta.db_table
            statements.append(TRANSACTION_INDEX.format(name=quote(f"{table}_txid"[-63:]), table=quote(table)))
    for model in audited_models():
        if model._meta.db_table in existing:
            statements.append(RAW_CHANGE_TRIGGER.format(table=quote(model._meta.db_table)))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        _grant_web_role(cursor, quote)


def _grant_web_role(cursor: Any, quote: Any) -> None:
    """The web role reads and writes business tables, and may only add to the ledgers."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_WEB_ROLE])
    if cursor.fetchone() is None:
        return
    role = quote(settings.DATABASE_WEB_ROLE)
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")
    for model in ledger_models():
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(model._meta.db_table)} FROM {role}")
    cursor.execute(f"REVOKE INSERT ON {quote(RawChange._meta.db_table)} FROM {role}")


def install_after_migrate(app_config: Any, using: str, **kwargs: Any) -> None:
    """post_migrate is sent once per app; the last app of the project is when all tables are there."""
    project_apps = [config for config in apps.get_app_configs() if config.models_module is not None]
    if app_config == project_apps[-1]:
        install(connections[using])


def unprotected_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Ledger tables without both append-only triggers, and audited tables without the alarm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
        )
        present = set(cursor.fetchall())
    needed = {(m._meta.db_table, name) for m in ledger_models() for name in ("audit_append_only", "audit_no_truncate")}
    needed |= {(model._meta.db_table, "audit_raw_change") for model in audited_models()}
    return sorted({table for table, _ in needed - present})


OWNERSHIP = """
SELECT r.rolsuper, r.rolbypassrls OR r.rolcreaterole, pg_has_role(current_user, c.relowner, 'MEMBER')
FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = to_regclass(%s)
"""


def rights_beyond_the_web_role(connection: BaseDatabaseWrapper) -> list[str]:
    """What the connected role could do that the web processes must not; empty for a rightly granted role."""
    names = ("超级用户", "可以建账号或绕过行级限制", "是留痕表的属主")
    with connection.cursor() as cursor:
        cursor.execute(OWNERSHIP, [Event._meta.db_table])
        row = cursor.fetchone() or (False, False, False)
        found = [name for name, is_so in zip(names, row, strict=True) if is_so]
        for model in ledger_models():
            cursor.execute("SELECT to_regclass(%s)", [model._meta.db_table])
            if cursor.fetchone()[0] is None:
                continue
            cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", [model._meta.db_table])
            if cursor.fetchone()[0]:
                found.append(f"能改{model._meta.verbose_name}")
                break
    return found
