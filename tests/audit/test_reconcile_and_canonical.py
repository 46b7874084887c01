import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from admissions.accounts.enums import Role
from admissions.audit.canonical import canonical_bytes
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.audit.reconcile import Mismatch, all_mismatches, reconcile
from admissions.audit.trail import record_read
from tests.factories.accounts import OrganisationFactory, user_with
from tests.trail import assert_recorded

pytestmark = pytest.mark.django_db


def test_untouched_records_agree_with_their_histories():
    user_with(Role.SECRETARIAT)
    OrganisationFactory()
    assert all_mismatches() == []


def test_change_that_pretends_to_be_a_command_is_found():
    organisation = OrganisationFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('audit.event_id', 'forged', true)")
        cursor.execute("UPDATE accounts_organisation SET name = '冒名修改' WHERE id = %s", [organisation.pk])
    assert all_mismatches() == [Mismatch("accounts_organisation", organisation.pk, "与历史不符")]


def test_deleted_and_inserted_rows_are_found():
    organisation = OrganisationFactory()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_organisation WHERE id = %s", [organisation.pk])
        cursor.execute(
            "INSERT INTO accounts_organisation (code, name, is_active, revision) VALUES ('X', 'X', true, 0) RETURNING id"
        )
        inserted = cursor.fetchone()[0]
    reconcile()
    event = assert_recorded("audit.reconcile", outcome=Outcome.MACHINE, reason="发现2处与历史不符")
    assert {(row["row_id"], row["kind"]) for row in event.details["mismatches"]} == {
        (organisation.pk, "被删除"),
        (inserted, "无历史"),
    }


def test_canonical_form_of_an_event_is_stable():
    event = Event(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        at=datetime(2026, 7, 12, 1, 31, tzinfo=UTC),
        action="a.b",
        action_label="甲",
        outcome=Outcome.DONE,
        actor_name="经办",
        subjects=["person:1"],
    )
    document = json.loads(canonical_bytes(event))
    assert (document["v"], document["table"]) == (1, "audit_event")
    assert document["row"]["at"] == "2026-07-12T01:31:00.000000+00:00"
    assert "txid" not in document["row"]
    assert canonical_bytes(event).startswith(b'{"row":{"action":"a.b","action_label":"\xe7\x94\xb2"')


def test_canonical_form_is_the_same_before_and_after_storage():
    event = record_read(actor=user_with(Role.AUDIT_ADMIN), target=OrganisationFactory(), purpose="核对：㛃䶮𬱖")
    assert canonical_bytes(Event.objects.get(pk=event.pk)) == canonical_bytes(event)
