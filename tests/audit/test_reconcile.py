import pytest
from django.db import connection

from admissions.accounts.enums import Role
from admissions.audit.enums import Outcome
from admissions.audit.reconcile import Mismatch, all_mismatches, reconcile
from tests.factories.accounts import OrganisationFactory, user_with
from tests.trail import assert_recorded, unguarded

pytestmark = pytest.mark.django_db


def test_untouched_records_agree_with_their_histories():
    user_with(Role.SECRETARIAT)
    OrganisationFactory()
    assert all_mismatches() == []


def test_change_that_pretends_to_be_a_command_is_found():
    organisation = OrganisationFactory()
    with unguarded("accounts_organisation"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('audit.event_id', 'forged', true)")
        cursor.execute("UPDATE accounts_organisation SET name = '冒名修改' WHERE id = %s", [organisation.pk])
    assert all_mismatches() == [Mismatch("accounts_organisation", organisation.pk, "与历史不符")]


def test_deleted_and_inserted_rows_are_found():
    organisation = OrganisationFactory()
    with unguarded("accounts_organisation"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_organisation WHERE id = %s", [organisation.pk])
        cursor.execute(
            "INSERT INTO accounts_organisation (code, name, name_key, is_active, revision) VALUES ('X', 'X', '', true, 0) RETURNING id"
        )
        inserted = cursor.fetchone()[0]
    reconcile()
    event = assert_recorded("audit.reconcile", outcome=Outcome.MACHINE, reason="发现2处与历史不符")
    assert {(row["row_id"], row["kind"]) for row in event.details["mismatches"]} == {
        (organisation.pk, "被删除"),
        (inserted, "无历史"),
    }
