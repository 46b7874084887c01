"""What the web role may do: an allow-list made from what each model says of itself, and nothing else.

A ledger is read and added to. A record is changed too, unless a guard says that it only grows, and deleted only where a
command really deletes it. Everything else stands in `RIGHTS` of some `guards.py`, with a reason.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .guarding import PRIVILEGES, AppendOnly, May, quoted
from .models import AuditedModel, Event
from .protection import guard_modules, guards, ledger_models

# Which migrations have run: read when a pack is written, and by the page of the system's state.
TABLES_WITHOUT_MODEL = {"django_migrations": May("SELECT", "written by migrate")}


def declared_rights() -> dict[type[models.Model], May]:
    found: dict[type[models.Model], May] = {}
    for module in guard_modules():
        for model, may in getattr(module, "RIGHTS", {}).items():
            model = _of_label(model) if isinstance(model, str) else model
            if model in found:
                raise ValueError(f"rights on {model._meta.label} are declared twice")
            found[model] = may
    return found


def _of_label(label: str) -> type[models.Model]:
    return next(row for row in apps.get_models(include_auto_created=True) if row._meta.label == label)


def rights_by_table() -> dict[str, frozenset[str]]:
    """Privileges by table, of every table with a model; one without a pattern gets none and is found by E008."""
    given = {table: frozenset(may) for table, may in TABLES_WITHOUT_MODEL.items()}
    declared, ledgers = declared_rights(), set(ledger_models())
    only_grows = {guard.model for guard in guards() if isinstance(guard, AppendOnly)}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        if model in declared:
            given[model._meta.db_table] = frozenset(declared[model])
        elif model in ledgers or model in only_grows:
            given[model._meta.db_table] = frozenset({"SELECT", "INSERT"})
        elif issubclass(model, AuditedModel):
            given[model._meta.db_table] = frozenset({"SELECT", "INSERT", "UPDATE"})
    return given


def without_pattern() -> list[str]:
    """Labels of models that say nothing from which rights follow."""
    given = rights_by_table()
    every = apps.get_models(include_auto_created=True)
    return sorted(row._meta.label for row in every if not row._meta.proxy and row._meta.db_table not in given)


def grant_web_role(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    """Exactly the list: what was granted before and does not stand in it is withdrawn."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_WEB_ROLE])
    if cursor.fetchone() is None:
        return
    role = quoted(settings.DATABASE_WEB_ROLE)
    existing = set(connection.introspection.table_names(cursor, include_views=True))
    given = {table: rights for table, rights in rights_by_table().items() if table in existing}
    has = granted(cursor)
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in sorted(existing):
        rights = given.get(table, frozenset())
        if has.get(table, set()) != rights:
            cursor.execute(f"REVOKE ALL ON {quoted(table)} FROM {role}")
            if rights:
                cursor.execute(f"GRANT {', '.join(sorted(rights))} ON {quoted(table)} TO {role}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")


GRANTED = """
SELECT c.relname, acl.privilege_type
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl JOIN pg_roles r ON r.oid = acl.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND r.rolname = %s
"""


def granted(cursor: Any) -> dict[str, set[str]]:
    """What the catalogue says the web role may do with each table."""
    cursor.execute(GRANTED, [settings.DATABASE_WEB_ROLE])
    found: dict[str, set[str]] = {}
    for table, privilege in cursor.fetchall():
        found.setdefault(table, set()).add(privilege)
    return found


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
        if found:
            return found
        beyond = _beyond(cursor)
    labels = {model._meta.db_table: model._meta.verbose_name for model in apps.get_models(include_auto_created=True)}
    return [f"对“{labels.get(table, table)}”多出权限 {'、'.join(rights)}" for table, rights in sorted(beyond.items())]


EFFECTIVE = """
SELECT c.relname, array_agg(word ORDER BY word)
FROM pg_class c CROSS JOIN unnest(%s) AS word
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(c.oid, word)
GROUP BY c.relname
"""


def _beyond(cursor: Any) -> dict[str, list[str]]:
    """By table, what the connected role may do, by whatever way, and the list does not say."""
    cursor.execute(EFFECTIVE, [[*PRIVILEGES, "TRUNCATE", "REFERENCES", "TRIGGER"]])
    given = rights_by_table()
    rows = {table: sorted(set(rights) - given.get(table, frozenset())) for table, rights in cursor.fetchall()}
    return {table: rights for table, rights in rows.items() if rights}
