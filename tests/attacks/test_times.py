"""Forged transaction numbers, backdating, dates in the future, rows that are never sealed."""

import psycopg2
import pytest
from django.db import connection

from admissions.audit.models import Event, RawChange
from admissions.seals.models import Leaf
from admissions.seals.sealing import seal
from admissions.seals.selectors import standing
from tests.factories.accounts import OrganisationFactory
from tests.seals.tampering import as_owner, exported, verified

pytestmark = pytest.mark.django_db(transaction=True)

FORGED = """
INSERT INTO audit_event (id, at, action, action_label, outcome, actor_name, actor_post, on_behalf_of_name, target_type, target_id,
  target_label, reason, clause, refusal, season_label, group_label, person_label, subjects, touched, details, request_id, row_marks,
  mark, txid)
VALUES (gen_random_uuid(), clock_timestamp() {age}, 'meetings.decide', '宣布结果', 'done', '某人', '', '', '', '',
  '伪造的决定', '伪造', '', '', '', '', '', '{{}}', '{{}}', '{{}}', '', '{{}}', '', {txid}) RETURNING id
"""


def forge(age="", txid="1"):
    """By the owner, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FORGED.format(age=age, txid=txid))
        (event,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = DEFAULT")
    return event


@pytest.fixture
def ledger(transactional_db):
    OrganisationFactory()
    return seal("定时")


@pytest.mark.parametrize("txid", ["1", "9000000000000000000"])
def test_the_web_role_cannot_choose_its_transaction(ledger, web_role_connection, txid):
    with web_role_connection.cursor() as cursor:
        cursor.execute(FORGED.format(age="", txid=txid))
        (event,) = cursor.fetchone()
    seal("定时")
    assert Leaf.objects.filter(row_id=event).exists()


@pytest.mark.parametrize("age", ["- interval '3 days'", "- interval '11 minutes'", "+ interval '6 minutes'"])
def test_the_web_role_cannot_date_otherwise(ledger, web_role_connection, age):
    with web_role_connection.cursor() as cursor, pytest.raises(psycopg2.errors.CheckViolation) as refused:
        cursor.execute(FORGED.format(age=age, txid=1))
    assert refused.value.diag.constraint_name == "entry_is_dated_now"


def test_backdated_entry_of_the_owner_is_named(ledger, tmp_path):
    event = forge("- interval '3 days'", "pg_current_xact_id()::text::bigint")
    seal("定时")
    code, text = verified(exported(tmp_path / "x.zip"))
    index = Leaf.objects.get(row_id=event).index
    assert (code, f"第 {index} 叶" in text, "倒签" in text) == (1, True, True), text


@pytest.mark.parametrize("txid", ["1", "9000000000000000000"])
def test_row_under_a_made_up_transaction_is_named_while_it_waits_and_swept_up_later(ledger, tmp_path, txid):
    event = forge("- interval '3 days'", txid)
    assert seal("定时") is None
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"audit_event {event}" in text, "仍未封存" in text) == (1, True, True), text
    assert seal("清扫", sweeping=True) is not None
    assert Leaf.objects.filter(row_id=event).exists()
    code, text = verified(exported(tmp_path / "y.zip"))
    assert (code, "倒签" in text) == (1, True), text


def test_waiting_row_dated_in_the_future_is_named(ledger, tmp_path):
    forge("+ interval '1 hour'", "pg_current_xact_id()::text::bigint")
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "在导出之后" in text) == (1, True), text


def test_rows_that_just_wait_are_no_finding(ledger, tmp_path):
    OrganisationFactory()
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "导出时还有 2 行等待封存" in text) == (0, True), text


def test_lag_counts_alarms_too(ledger):
    assert standing().lag.total_seconds() == 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO audit_rawchange (at, table_name, operation, row_id, columns, database_user, client, txid)"
            " VALUES (clock_timestamp() - interval '2 hours', 'x', 'UPDATE', '1', '{}', 'x', '', pg_current_xact_id()::text::bigint)"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert standing().lag.total_seconds() > 7000


def alarmed():
    """Somebody lifted the one guard and not the other: the row changes, and the alarm stands."""
    organisation = OrganisationFactory()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_organisation DISABLE TRIGGER row_has_its_history")
        cursor.execute("UPDATE accounts_organisation SET name = 'x' WHERE id = %s", [organisation.pk])
        cursor.execute("UPDATE accounts_organisation SET name = %s WHERE id = %s", [organisation.name, organisation.pk])
        cursor.execute("ALTER TABLE accounts_organisation ENABLE TRIGGER row_has_its_history")
    return RawChange.objects.order_by("id").first()


def test_alarm_is_a_leaf_and_named_with_time_table_and_row(ledger, tmp_path):
    alarm = alarmed()
    seal("定时")
    code, text = verified(exported(tmp_path / "x.zip"))
    assert Leaf.objects.filter(row_id=alarm.leaf_key).exists()
    assert (code, f"绕过系统改动 accounts_organisation 第 {alarm.row_id} 号（UPDATE）" in text) == (1, True), text


def test_deleted_alarm_is_named(ledger, tmp_path):
    alarm = alarmed()
    seal("定时")
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_rawchange")
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"audit_rawchange {alarm.leaf_key} 已从数据库里删去" in text) == (1, True), text


def test_clock_set_back_or_forward_is_named(ledger, tmp_path):
    event = Event.objects.newest_first().first()
    for shift in ("- interval '2 days'", "+ interval '2 days'"):
        with as_owner() as cursor:
            cursor.execute(f"UPDATE audit_event SET at = at {shift} WHERE id = %s", [event.pk])
            code, text = verified(exported(tmp_path / "x.zip"))
        assert (code, f"audit_event {event.pk} 与封存时不同" in text) == (1, True), text
