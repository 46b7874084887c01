"""Entries that no process of ours wrote, or that were changed before their first seal."""

import psycopg2
import pytest
from django.db import connection

from admissions.accounts.enums import Role
from admissions.accounts.models import Organisation, RoleGrant
from admissions.audit.commands import machine_action
from admissions.audit.models import Event, WrongMark
from admissions.seals.models import Leaf
from admissions.seals.sealing import seal
from tests.attacks.test_rows import EVENT, FORGED, ROLE
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.seals.tampering import as_owner, exported, verified

pytestmark = pytest.mark.django_db(transaction=True)


def by_the_owner(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET session_replication_role = DEFAULT")


def sealed_with_alarm():
    """The seal with the forged row, then the one with the alarm about it."""
    seal("定时")
    found = list(WrongMark.objects.values_list("table_name", "row_id"))
    seal("定时")
    assert Leaf.objects.filter(row_id__in=WrongMark.objects.values("pk")).count() == len(found)
    return found


def test_what_commands_write_has_right_marks():
    UserFactory(name="名字“引号”\\和换行\n")
    user_with(Role.SECRETARIAT)
    OrganisationFactory()
    assert sealed_with_alarm() == []


@pytest.mark.parametrize(
    "change",
    [
        "reason = '改过的事由'", "actor_name = '冒名者'", "touched = '{}'", "at = at - interval '1 minute'",
        "outcome = 'machine', action = 'x'", "details = '{\"a\": 1}'", "mark = ''", "row_marks = '{}'",
    ],
)  # fmt: skip
def test_entry_changed_before_its_seal_is_sealed_as_wrong(tmp_path, change):
    OrganisationFactory()
    event = Event.objects.newest_first().first()
    by_the_owner(f"UPDATE audit_event SET {change} WHERE id = %s", event.pk)
    assert ("audit_event", str(event.pk)) in sealed_with_alarm()
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"事件 {event.pk}（audit_event）留痕的印签不符" in text) == (1, True), text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET name = '改了' WHERE history_id = (SELECT max(history_id::text)::uuid FROM {})",
        "DELETE FROM {} WHERE history_id = (SELECT max(history_id::text)::uuid FROM {})",
        "INSERT",
    ],
)
def test_history_changed_before_its_seal_is_sealed_as_wrong(tmp_path, change):
    table = "accounts_historicalorganisation"
    with machine_action("test.two", "两条", "测试"):
        Organisation(code="A", name="甲").save()
        Organisation(code="B", name="乙").save()
    event = Event.objects.get(action="test.two")
    if change == "INSERT":
        by_the_owner(
            f"CREATE TEMP TABLE forged AS SELECT * FROM {table} ORDER BY history_id DESC LIMIT 1; UPDATE forged SET history_id = gen_random_uuid();"
            f" INSERT INTO {table} SELECT * FROM forged; DROP TABLE forged"
        )
    else:
        by_the_owner(change.format(table, table))
    assert sealed_with_alarm() == [(table, str(event.pk))]
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"事件 {event.pk}（{table}）历史行与留痕的印签不符" in text) == (1, True), text


def test_a_complete_forged_set_by_the_web_role_is_sealed_as_wrong(web_role_connection, tmp_path):
    """Event, history and row fit each other: the commit cannot refuse them; whose hand it was, the mark says."""
    person = UserFactory()
    user_with(Role.AUDIT_ADMIN)
    seal("定时")
    with web_role_connection.cursor() as cursor:
        cursor.execute("SELECT last_value + 1 FROM accounts_rolegrant_id_seq")
        (key,) = cursor.fetchone()
        event = EVENT.format(id=FORGED, touched=f"accounts.rolegrant:{key}")
        cursor.execute("; ".join(["BEGIN", ROLE.format(person=person.pk, event=FORGED), event, "COMMIT"]))
    assert RoleGrant.objects.filter(user=person).exists()
    assert set(sealed_with_alarm()) == {("audit_event", FORGED), ("accounts_historicalrolegrant", FORGED)}
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"事件 {FORGED}（audit_event）留痕的印签不符" in text) == (1, True), text


def test_alarm_about_a_mark_cannot_be_taken_back(web_role_connection, tmp_path):
    OrganisationFactory()
    by_the_owner("UPDATE audit_event SET reason = '改过'")
    sealed_with_alarm()
    with web_role_connection.cursor() as cursor:
        for statement in ("DELETE FROM audit_wrongmark", "UPDATE audit_wrongmark SET row_id = ''"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
    alarm = WrongMark.objects.first()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_wrongmark")
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"audit_wrongmark {alarm.pk} 已从数据库里删去" in text) == (1, True), text


def test_key_changed_while_entries_wait(settings):
    OrganisationFactory()
    settings.MARK_KEY_BEFORE, settings.MARK_KEY = settings.MARK_KEY, "another-mark-key-0123456789-abcdefghij-ABCDEFGHIJ"
    OrganisationFactory()
    assert sealed_with_alarm() == []
    OrganisationFactory()
    settings.MARK_KEY_BEFORE, settings.MARK_KEY = "", "a-third-mark-key-0123456789-abcdefghij-ABCDEFGHIJ"
    assert len(sealed_with_alarm()) == 2


def test_the_alarm_page_shows_them(client):
    OrganisationFactory()
    event = Event.objects.newest_first().first()
    by_the_owner("UPDATE audit_event SET reason = '改过' WHERE id = %s", event.pk)
    sealed_with_alarm()
    client.force_login(user_with(Role.AUDIT_ADMIN))
    assert str(event.pk) in client.get("/trail/alarms/").content.decode()
