"""Guards stand as they are declared: what is missing, switched off or changed is found; migrate lifts and installs them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from admissions.audit import installing
from admissions.audit.guarding import Function, Trigger, with_called
from admissions.audit.installing import (
    install,
    install_after_migrate,
    lift,
    lift_before_migrate,
    possible,
    standing,
    unprotected_tables,
)
from admissions.audit.protection import guards, triggers
from admissions.celery import check_the_database
from admissions.core.starting import require_sound_database
from tests.factories.accounts import OrganisationFactory
from tests.plugins.database import environment_of_a_process
from workgroups.meetings.models import AgendaItem, Position
from workgroups.requests.models import Submission

ROOT = Path(__file__).resolve().parents[2]


def execute(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def table(model):
    return connection.ops.quote_name(model._meta.db_table)


def refused_by(sql, *values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        execute(sql, *values)
    return refusal.value.__cause__.diag.constraint_name


def found():
    return [row.id for row in run_checks(tags=["database"], databases=["default"]) if row.id.startswith("audit.")]


TAMPERED = {
    "dropped": "DROP TRIGGER item_frozen ON {}",
    "switched off": "ALTER TABLE {} DISABLE TRIGGER item_frozen",
    "for replicas only": "ALTER TABLE {} ENABLE REPLICA TRIGGER item_frozen",
    "made toothless": "CREATE OR REPLACE TRIGGER item_frozen BEFORE UPDATE ON {} FOR EACH ROW WHEN (false)"
    " EXECUTE FUNCTION guard_refuse('item_frozen', 'x')",
}


@pytest.mark.django_db
class TestStanding:
    def test_every_guard_stands_and_nothing_is_left_to_do(self):
        assert unprotected_tables(connection) == []
        assert set(standing(connection).triggers) == set(triggers())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            install(connection)
        changed = [
            row["sql"] for row in queries if re.match(r"\s*(CREATE (?!INDEX IF)|DROP|COMMENT|REVOKE|DO)", row["sql"])
        ]
        assert changed == []

    @pytest.mark.parametrize("how", TAMPERED)
    def test_a_trigger_that_was_tampered_with_is_found_and_mended(self, how):
        execute(TAMPERED[how].format(table(AgendaItem)))
        assert unprotected_tables(connection) == [AgendaItem._meta.db_table]
        assert found() == ["audit.E007"]
        install(connection)
        assert unprotected_tables(connection) == []

    def test_a_function_that_was_changed_is_found_with_every_table_that_rests_on_it(self):
        execute(
            "CREATE OR REPLACE FUNCTION meeting_seat_present(seat bigint) RETURNS boolean LANGUAGE sql STABLE AS"
            " 'SELECT true'"
        )
        assert unprotected_tables(connection) == sorted(
            trigger.model._meta.db_table
            for trigger in triggers().values()
            if "meeting_seat_present" in {row.name for row in with_called(trigger.function)}
        )
        assert Position._meta.db_table in unprotected_tables(connection)
        install(connection)
        assert unprotected_tables(connection) == []

    def test_what_is_no_longer_declared_goes_and_what_is_not_ours_stays(self):
        for name, mark in (("once_ours", "guard"), ("of_the_operator", "backup tool")):
            execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
            execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table(Position)} FOR EACH ROW EXECUTE FUNCTION {name}()")
            execute(f"COMMENT ON FUNCTION {name}() IS '{mark}'")
            execute(f"COMMENT ON TRIGGER {name} ON {table(Position)} IS '{mark} 0 0'")
        install(connection)
        names = "SELECT {0} FROM {1} WHERE {0} IN ('once_ours', 'of_the_operator')"
        assert execute(names.format("tgname", "pg_trigger")) == [("of_the_operator",)]
        assert execute(names.format("proname", "pg_proc")) == [("of_the_operator",)]

    def test_a_changed_declaration_replaces_also_a_trigger_asked_at_commit(self):
        """Constraint triggers have no OR REPLACE."""
        key = (Submission._meta.db_table, "guard_of_a_test")
        for sentence in ("甲", "乙"):
            function = Function(
                name="guard_of_a_test",
                body=f"BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation', CONSTRAINT = 'of_a_test'; END",
            )
            trigger = Trigger(
                model=Submission,
                name="guard_of_a_test",
                function=function,
                fires="AFTER UPDATE",
                arguments=(sentence,),
                at_commit=True,
            )
            with connection.cursor() as cursor:
                installing._install_guards(cursor, connection, {**possible(connection), key: trigger})
            assert standing(connection).triggers[key] == ("O", "guard_of_a_test", trigger.digest)
            assert sentence in standing(connection).functions["guard_of_a_test"]


@pytest.mark.django_db
class TestMigrating:
    """The signals as `migrate` sends them."""

    def send(self, listener, position, **given):
        config = installing._apps_with_models()[position]
        listener(app_config=config, using="default", **given)

    def test_without_guards_a_column_they_name_can_be_changed_and_then_they_are_back(self):
        change = f"ALTER TABLE {table(Submission)} ALTER COLUMN sequence TYPE bigint"
        with pytest.raises(Exception, match="used in a trigger definition"), transaction.atomic():
            execute(change)
        self.send(lift_before_migrate, 0, plan=[("a migration", False)])
        assert standing(connection).triggers == {}
        execute(change)
        self.send(install_after_migrate, -1)
        assert unprotected_tables(connection) == []

    def test_with_nothing_to_migrate_nothing_is_lifted(self):
        before = standing(connection)
        self.send(lift_before_migrate, 0, plan=[])
        self.send(lift_before_migrate, 1, plan=[("a migration", False)])
        assert standing(connection) == before

    def test_lifted_guards_are_reported_until_they_are_back(self):
        lift(connection)
        assert set(unprotected_tables(connection)) == {key[0] for key in triggers()}
        assert set(found()) == {"audit.E007"}

    def test_an_app_taken_back_to_zero_takes_its_guards_along_and_stops_nothing(self):
        execute(f"DROP TABLE {table(Position)} CASCADE")
        install(connection)
        left = {key[0] for key in standing(connection).triggers}
        assert Position._meta.db_table not in left and AgendaItem._meta.db_table in left
        assert unprotected_tables(connection) == []


@pytest.mark.django_db(transaction=True)
class TestStarting:
    def test_neither_site_nor_worker_starts_without_a_guard(self):
        require_sound_database()
        check_the_database()
        execute(TAMPERED["dropped"].format(table(AgendaItem)))
        with pytest.raises(SystemCheckError, match=AgendaItem._meta.db_table):
            require_sound_database()
        with pytest.raises(SystemExit, match=r"audit\.E007"):
            check_the_database()
        site = subprocess.run(
            [sys.executable, "-c", "import admissions.wsgi"],
            cwd=ROOT,
            env={**environment_of_a_process(), "DJANGO_SETTINGS_MODULE": "admissions.settings.test"},
            capture_output=True,
            text=True,
        )
        assert site.returncode == 1
        assert "audit.E007" in site.stderr and "manage.py migrate" in site.stderr


class TestDeclarations:
    def test_every_refusal_in_a_function_is_declared_with_its_sentence(self):
        functions = {f.name: f for trigger in triggers().values() for f in with_called(trigger.function)}
        for function in functions.values():
            assert set(re.findall(r"CONSTRAINT = '(\w+)'", function.body)) == set(function.refuses), function.name

    def test_every_refusal_by_condition_is_declared_by_its_guard(self):
        for guard in guards():
            for trigger in guard.triggers():
                if trigger.function.name == "guard_refuse":
                    name, sentence = trigger.arguments
                    assert guard.refusals()[name] == sentence

    def test_no_migration_knows_a_guard(self):
        """What a migration does must not change when a declaration does."""
        for path in ROOT.glob("*/**/migrations/*.py"):
            if ".venv" in path.parts:
                continue
            text = path.read_text()
            assert not re.search(r"import .*\b(guards|guarding|triggers|protection)\b", text), path
            assert "TRIGGER" not in text, path

    def test_names_of_triggers_and_functions_fit_into_the_catalogue(self):
        names = {name for _, name in triggers()} | {row.function.name for row in triggers().values()}
        assert max(len(name.encode()) for name in names) <= 63


@pytest.mark.django_db
def test_a_refusal_by_condition_names_its_constraint_and_says_its_sentence():
    """`guard_refuse` on a table of its own."""
    execute("CREATE TEMP TABLE some_table (id int, status text)")
    execute(
        "CREATE TRIGGER t BEFORE UPDATE ON some_table FOR EACH ROW WHEN (OLD.status = 'done')"
        " EXECUTE FUNCTION guard_refuse('stays_done', '已办结。')"
    )
    execute("INSERT INTO some_table VALUES (1, 'open'), (2, 'done')")
    execute("UPDATE some_table SET status = 'held' WHERE id = 1")
    assert refused_by("UPDATE some_table SET status = 'open' WHERE id = 2") == "stays_done"
    OrganisationFactory()  # the connection goes on working


def test_no_variable_of_a_guard_is_called_like_a_column_of_its_tables():
    """The database would not know which of them is meant, and says so only when the guard is asked: at somebody's commit."""
    found = set()
    for trigger in triggers().values():
        for function in with_called(trigger.function):
            declared = function.body.partition("BEGIN")[0].partition("DECLARE")[2]
            names = set(re.findall(r"^\s+(\w+) ", declared, re.MULTILINE))
            columns = {field.column for model in function.tables.values() for field in model._meta.concrete_fields}
            found |= {(function.name, name) for name in names & columns}
    assert found == set()
