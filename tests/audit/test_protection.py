"""The database protects the ledgers by itself."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from admissions.audit.installing import unprotected_tables
from admissions.audit.models import Event, RawChange
from admissions.audit.protection import audited_models, history_models, ledger_models
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.trail import setting_up, unguarded

pytestmark = pytest.mark.django_db


def execute(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET txid = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
@pytest.mark.parametrize("table", ["audit_event", "accounts_historicaluser", "accounts_historicalorganisation"])
def test_ledger_tables_only_grow_even_for_the_owner(table, statement):
    OrganisationFactory()
    UserFactory()
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # or TRUNCATE stumbles over open questions
    with pytest.raises(DatabaseError, match="只能追加"):
        execute(statement.format(table))


def test_every_ledger_and_audited_table_has_its_triggers():
    assert unprotected_tables(connection) == []
    tree = {"LeafForm", "Leaf", "Tile", "Seal", "Cosignature", "KeyChange", "DestroyedSalt", "WrongMark"}
    assert {model.__name__ for model in ledger_models()} >= tree
    assert len(ledger_models()) == 2 + len(list(audited_models())) + len(tree)


def test_change_past_the_lifted_guard_raises_an_alarm_with_the_changed_columns():
    organisation = OrganisationFactory(name="原名")
    with unguarded("accounts_organisation"):
        execute("UPDATE accounts_organisation SET name = %s WHERE id = %s", "库外改名", organisation.pk)
    alarm = RawChange.objects.get()
    assert (alarm.table_name, alarm.operation, alarm.row_id, alarm.columns) == (
        "accounts_organisation",
        "UPDATE",
        str(organisation.pk),
        ["name"],
    )


def test_change_through_a_command_raises_no_alarm():
    organisation = OrganisationFactory()
    with setting_up():
        organisation.name = "改名"
        organisation.save()
    assert not RawChange.objects.exists()


def test_raw_delete_and_insert_raise_alarms():
    organisation = OrganisationFactory()
    with unguarded("accounts_organisation"):
        execute("DELETE FROM accounts_organisation WHERE id = %s", organisation.pk)
        execute(
            "INSERT INTO accounts_organisation (code, name, name_key, is_active, revision) VALUES ('X', 'X', '', true, 0)"
        )
    assert list(RawChange.objects.order_by("id").values_list("operation", flat=True)) == ["DELETE", "INSERT"]


def test_superuser_flag_cannot_be_set():
    user = UserFactory()
    with pytest.raises(IntegrityError, match="user_never_superuser"):
        execute("UPDATE accounts_user SET is_superuser = true WHERE id = %s", user.pk)


def test_every_history_row_names_an_existing_event():
    UserFactory()
    OrganisationFactory()
    for history in history_models():
        events = set(history.objects.values_list("event_id", flat=True))
        assert events <= set(Event.objects.filter(pk__in=events).values_list("pk", flat=True))


def as_web_role(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE admissions_web")
        cursor.execute(sql)


@pytest.mark.parametrize("model", ["audit_event", "audit_rawchange", "accounts_historicaluser"])
@pytest.mark.parametrize("right", ["UPDATE {} SET txid = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_web_role_lacks_the_right_to_change_ledgers(model, right):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_web_role(right.format(model))


def test_web_role_cannot_forge_or_switch_off_alarms():
    for sql in (
        "INSERT INTO audit_rawchange (table_name, operation, row_id, columns, database_user, client, txid)"
        " VALUES ('x', 'x', 'x', '{}', 'x', 'x', 1)",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_append_only ON audit_event",
    ):
        with pytest.raises(DatabaseError):
            as_web_role(sql)
