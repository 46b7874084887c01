"""Salts: gone with a sealed destruction that names leaf and commitment, or a finding."""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import TextField, Value
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.accounts.services import suspend_account
from admissions.audit.diffs import changes_of
from admissions.audit.exports import TrailSheet
from admissions.audit.models import Event
from admissions.seals.destroying import destroy_salts
from admissions.seals.enums import Disclosure
from admissions.seals.models import DestroyedSalt, Leaf, LeafSalt
from admissions.seals.sealing import seal
from admissions.seals.selectors import statement_about
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.factories.recusal import officer
from tests.factories.seasons import OpenSeasonFactory
from tests.seals.tampering import as_owner, exported, verified
from workgroups.meetings.tables import UndecidedTable
from workgroups.recusal.enums import ScopeKind
from workgroups.recusal.services.challenging import raise_challenge
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.tables import AttemptTable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ledger(transactional_db):
    UserFactory()
    seal("定时")
    OrganisationFactory()
    return seal("定时")


def rewrite_as_destroyed(cursor, event):
    """The salt “destroyed”, then the words changed: nothing else binds them to the leaf."""
    cursor.execute("UPDATE audit_event SET actor_name = '冒名者', reason = '改过的事由' WHERE id = %s", [event.pk])
    cursor.execute(
        "UPDATE seals_leafsalt s SET salt = NULL, destroyed_at = now()"
        " FROM seals_leaf l WHERE s.leaf_index = l.index AND l.row_id = %s",
        [event.pk],
    )


@pytest.mark.parametrize("disclosure", [Disclosure.ALL, Disclosure.SCOPE, Disclosure.NONE])
def test_sealed_entry_rewritten_under_a_destroyed_salt_is_named_in_every_pack(ledger, tmp_path, disclosure):
    event = Event.objects.newest_first().last()
    index = Leaf.objects.get(row_id=event.pk).index
    with as_owner() as cursor:
        rewrite_as_destroyed(cursor, event)
        code, text = verified(exported(tmp_path / "x.zip", disclosure, Event.objects.none()))
    named = f"第 {index} 叶 audit_event {event.pk} 的盐不见了"
    assert (code, named in text, "没有封存过的销毁记录：这一行不可核，可能被改过" in text) == (1, True, True), text


def test_history_row_rewritten_under_a_destroyed_salt_is_named(ledger, tmp_path):
    with as_owner() as cursor:
        cursor.execute("SELECT max(history_id::text) FROM accounts_historicalorganisation")
        (row,) = cursor.fetchone()
        cursor.execute("UPDATE accounts_historicalorganisation SET name = '改了' WHERE history_id = %s", [row])
        cursor.execute(
            "UPDATE accounts_organisation SET name = '改了' WHERE id IN"
            " (SELECT id FROM accounts_historicalorganisation WHERE history_id = %s)",
            [row],
        )
        cursor.execute(
            "UPDATE seals_leafsalt SET salt = NULL, destroyed_at = now() WHERE leaf_index IN"
            " (SELECT index FROM seals_leaf WHERE row_id = %s)",
            [row],
        )
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"accounts_historicalorganisation {row} 的盐不见了" in text) == (1, True), text


def test_destruction_without_its_event_or_for_another_commitment_is_named(ledger, tmp_path):
    event = Event.objects.newest_first().last()
    index = Leaf.objects.get(row_id=event.pk).index
    for commitment, said in (
        (bytes(LeafSalt.objects.get(leaf_index=index).commitment), "没有“销毁盐值”的事件"),
        (b"x" * 32, "不是销毁记录里的那一个"),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            DestroyedSalt.objects.create(at=event.at, leaf_index=index, commitment=commitment, event_id=event.pk)
            cursor.execute("SET session_replication_role = DEFAULT")
        seal("定时")
        with as_owner() as cursor:
            cursor.execute("UPDATE seals_leafsalt SET salt = NULL, destroyed_at = now() WHERE leaf_index = %s", [index])
            code, text = verified(exported(tmp_path / "x.zip"))
        assert (code, said in text) == (1, True), text
        break_seal()


def break_seal():
    """The next round begins with a tree of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("seals_seal", "seals_leaf", "seals_leafsalt", "seals_tile", "seals_destroyedsalt"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET session_replication_role = DEFAULT")
    seal("定时")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM seals_leafsalt",
        "TRUNCATE seals_leafsalt",
        "UPDATE seals_leafsalt SET salt = sha256('x')",
        "UPDATE seals_leafsalt SET salt = NULL, destroyed_at = now()",
        "UPDATE seals_leafsalt SET commitment = sha256('x')",
        "UPDATE seals_leafsalt SET leaf_index = leaf_index + 1000",
    ],
)
def test_the_web_role_cannot_touch_a_salt(ledger, web_role_connection, statement):
    with web_role_connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
        cursor.execute(statement)
    assert refused.type in (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.CheckViolation)


@pytest.mark.parametrize("statement", ["DELETE FROM seals_leafsalt", "TRUNCATE seals_leafsalt"])
def test_the_owner_is_refused_as_well_as_long_as_the_guards_stand(ledger, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_destruction_needs_its_event_and_the_true_commitment(ledger, web_role_connection):
    insert = (
        "INSERT INTO seals_destroyedsalt (id, at, leaf_index, commitment, event_id)"
        " SELECT gen_random_uuid(), now(), leaf_index, {}, gen_random_uuid() FROM seals_leafsalt LIMIT 1"
    )
    with web_role_connection.cursor() as cursor:
        for commitment, name in (
            ("commitment", "destruction_has_its_entry"),
            ("sha256('x')", "destruction_fits_the_leaf"),
        ):
            with pytest.raises(psycopg2.errors.CheckViolation) as refused:
                cursor.execute(insert.format(commitment))
            assert refused.value.diag.constraint_name == name


def test_lost_salt_is_told_from_a_deleted_row(ledger, tmp_path):
    with as_owner() as cursor:
        cursor.execute("DELETE FROM seals_leafsalt WHERE leaf_index = 0")
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "的盐和承诺值已从数据库里删去，这一行不可核" in text) == (1, True), text


def test_overwritten_salt_is_named_as_changed(ledger, tmp_path):
    event = Leaf.objects.get(index=0)
    with as_owner() as cursor:
        cursor.execute("UPDATE seals_leafsalt SET salt = sha256('x') WHERE leaf_index = 0")
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"{event.row_id} 与封存时不同，被改过" in text) == (1, True), text


def test_lists_of_entries_outside_the_trail_say_so_too(client, settings):
    settings.MFA_REQUIRED = False
    person, admin, auditor = UserFactory(), user_with(Role.SECURITY_ADMIN), user_with(Role.AUDIT_ADMIN)
    scope = Scope(ScopeKind.PERSON, str(person.pk), person.name)
    challenge = raise_challenge(
        actor=UserFactory(), reason="亲属", season=OpenSeasonFactory(), subject_person=admin, scope=scope
    )
    suspend_account(actor=admin, reason="调离", account=person)
    seal("定时")
    client.force_login(officer())
    page = reverse("recusal:challenge", args=[challenge.pk])
    assert "停用账号" in (before := client.get(page).content.decode())
    assert "不可核" not in before
    destroy_salts(actor=auditor, reason="本人申请", person=person)
    assert "不可核" in client.get(page).content.decode()
    entries = Event.objects.filter(action="account.suspend")
    for table, column in ((AttemptTable(entries), "target_label"), (an_undecided_table(entries), "act")):
        assert "不可核" in table.rows[0].get_cell(column)
        assert "（不可核）" in table.rows[0].get_cell_value(column)


def an_undecided_table(entries):
    rows = entries.annotate(
        **dict.fromkeys(("explanation", "settled", "explained", "ground"), Value(None, TextField()))
    )
    return UndecidedTable(rows, matters={})


def test_what_was_destroyed_reads_as_not_provable_wherever_it_is_shown(client, tmp_path):
    person, auditor = UserFactory(name="欧阳测试"), user_with(Role.AUDIT_ADMIN)
    suspend_account(actor=user_with(Role.SECURITY_ADMIN), reason="调离", account=person)
    seal("定时")
    assert destroy_salts(actor=auditor, reason="本人申请", person=person) == 1
    seal("定时")
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "1 行的盐已销毁，这些行不可核" in text) == (0, True), text
    client.force_login(auditor)
    event = Event.objects.get(action="account.suspend")
    assert client.get("/trail/").content.decode().count("不可核：") == 1
    assert "不可核：" in client.get(f"/trail/entry/{event.pk}/").content.decode()
    assert [row[-1] for row in TrailSheet(Event.objects.filter(pk=event.pk), auditor, {}).as_values()[1:2]] == [
        "不可核"
    ]
    assert statement_about(event.pk).sentence.endswith("不可核：盐已不在，纸上的文字不能再证明与封存时相同。")
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE seals_leafsalt SET salt = NULL, destroyed_at = now() WHERE leaf_index IN"
            " (SELECT index FROM seals_leaf JOIN accounts_historicaluser ON history_id = row_id WHERE event_id = %s)",
            [event.pk],
        )
        assert {change.after[-5:] for change in changes_of(event, auditor)} == {"（不可核）"}
