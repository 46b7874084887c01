"""The web role may do what the models declare, and nothing else."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from admissions.audit.guarding import AppendOnly, May
from admissions.audit.installing import install
from admissions.audit.models import AuditedModel, Event
from admissions.audit.protection import guards, history_models, ledger_models
from admissions.audit.rights import TABLES_WITHOUT_MODEL, declared_rights, rights_by_table, without_pattern
from workgroups.meetings.models import Position

pytestmark = pytest.mark.django_db
IN_CATALOGUE = """
SELECT table_name, privilege_type FROM information_schema.role_table_grants
WHERE grantee = 'admissions_web' AND table_schema = 'public'
"""


def catalogue():
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(IN_CATALOGUE)
        for table, right in cursor.fetchall():
            found.setdefault(table, set()).add(right)
    return found


def test_the_catalogue_says_exactly_what_is_declared():
    assert catalogue() == {table: set(rights) for table, rights in rights_by_table().items() if rights}


def test_every_table_of_the_database_has_a_pattern():
    assert without_pattern() == []
    with connection.cursor() as cursor:
        assert set(connection.introspection.table_names(cursor)) == set(rights_by_table())


def test_nothing_is_granted_to_everybody_or_by_column():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
            " AND table_schema = 'public'"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE a.attacl IS NOT NULL AND c.relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchall() == []


def test_patterns_give_what_they_say():
    given = rights_by_table()
    declared = declared_rights()
    for model in (Event, *history_models()):
        assert given[model._meta.db_table] == {"SELECT", "INSERT"}
    for model in ledger_models():
        assert given[model._meta.db_table] <= {"SELECT", "INSERT"}
    for guard in guards():
        if isinstance(guard, AppendOnly):
            assert given[guard.model._meta.db_table] == {"SELECT", "INSERT"}
    for model in apps.get_models():
        if issubclass(model, AuditedModel) and model not in declared:
            assert "DELETE" not in given[model._meta.db_table]
    assert not set(declared) & set(ledger_models()) - {row for row in declared if declared[row].privileges == "SELECT"}


def test_rights_need_a_reason():
    with pytest.raises(ValueError, match="with a reason"):
        May("SELECT", "")
    with pytest.raises(ValueError, match="rights are some of"):
        May("SELECT TRUNCATE", "why not")
    assert TABLES_WITHOUT_MODEL["django_migrations"].privileges == "SELECT"


def test_what_was_granted_by_hand_is_withdrawn_by_the_next_migrate():
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE, TRUNCATE ON {Event._meta.db_table} TO admissions_web")
        cursor.execute(f"REVOKE INSERT ON {Position._meta.db_table} FROM admissions_web")
        cursor.execute("CREATE TABLE left_over (id int)")
        cursor.execute("GRANT SELECT ON left_over TO admissions_web")
    install(connection)
    test_the_catalogue_says_exactly_what_is_declared()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_user",
        "DELETE FROM accounts_rolegrant",
        "UPDATE meetings_position SET stance = 'agree'",
        "TRUNCATE meetings_meeting",
        "INSERT INTO auth_permission (name, content_type_id, codename) VALUES ('x', 1, 'x')",
        "UPDATE django_migrations SET name = 'x'",
        "DELETE FROM django_content_type",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_web_role_is_refused(statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE admissions_web")
        cursor.execute(statement)


def test_every_function_can_be_called_by_the_web_role():
    """Also those that the last migrate made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND NOT has_function_privilege('admissions_web', oid, 'EXECUTE')"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM aclexplode(proacl) a JOIN pg_roles r"
            " ON r.oid = a.grantee WHERE r.rolname = 'admissions_web')) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') = 'guard'"
        )
        every, granted = cursor.fetchone()
        assert every == granted > 50
