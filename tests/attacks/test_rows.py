"""A business row changed, inserted or deleted without an event of this very transaction that lists it: refused at commit."""

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from admissions.accounts.enums import Role
from admissions.accounts.models import Organisation, RoleGrant
from admissions.audit.commands import machine_action
from admissions.audit.models import Event, RawChange
from admissions.seals.sealing import seal
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.seals.tampering import as_owner, exported, verified

pytestmark = pytest.mark.django_db(transaction=True)

ROLE = """
WITH new AS (INSERT INTO accounts_rolegrant (revision, role, family, period, basis, user_id)
             SELECT 1, role, family, period, basis, {person} FROM accounts_rolegrant WHERE role = 'audit_admin' LIMIT 1 RETURNING *)
INSERT INTO accounts_historicalrolegrant (history_id, history_date, history_type, event_id, id, revision, role, family, period, basis, user_id)
SELECT gen_random_uuid(), now(), '+', '{event}', id, revision, role, family, period, basis, user_id FROM new
"""
EVENT = """
INSERT INTO audit_event (id, at, action, action_label, outcome, actor_name, actor_post, on_behalf_of_name, target_type,
  target_id, target_label, reason, clause, refusal, season_label, group_label, person_label, subjects, touched, details,
  request_id, row_marks, mark)
VALUES ('{id}', now(), 'account.suspend', '停用账号', 'done', '某人', '', '', '', '', '', '伪造', '', '', '', '', '', '{{}}',
  '{{{touched}}}', '{{}}', '', '{{}}', '')
"""
FORGED = "0190a000-0000-7000-8000-000000000001"


def refused(cursor, *statements):
    """The constraint that ends the transaction."""
    with pytest.raises(psycopg2.errors.CheckViolation) as error:
        cursor.execute("; ".join(["BEGIN", *statements, "COMMIT"]))
    return error.value.diag.constraint_name


@pytest.fixture
def web(web_role_connection):
    with web_role_connection.cursor() as cursor:
        yield cursor


@pytest.mark.parametrize("pretending", ["SELECT 1", "SET audit.event_id = 'x'", f"SET audit.event_id = '{FORGED}'"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_organisation SET name = '改名' WHERE id = (SELECT max(id) FROM accounts_organisation)",
        "UPDATE accounts_organisation SET revision = revision + 1",
        "INSERT INTO accounts_organisation (code, name, name_key, is_active, revision) VALUES ('X', 'X', '', true, 0)",
    ],
)
def test_a_row_without_an_entry_is_refused_whatever_the_session_says(web, pretending, statement):
    OrganisationFactory()
    before = list(Organisation.objects.values())
    assert refused(web, pretending, statement) == "row_has_its_history"
    assert list(Organisation.objects.values()) == before


def test_the_password_of_an_account_too(web):
    UserFactory()
    assert refused(web, "UPDATE accounts_user SET password = 'x'") == "row_has_its_history"


def test_a_role_under_the_event_of_another_day_is_refused(web):
    person, event = UserFactory(), Event.objects.get(pk=Event.objects.newest_first().first().pk)
    user_with(Role.AUDIT_ADMIN)
    role = ROLE.format(person=person.pk, event=event.pk)
    assert refused(web, "SET audit.event_id = 'x'", role) == "history_has_its_event"
    assert not RoleGrant.objects.filter(user=person).exists()


def test_a_role_under_an_event_that_does_not_list_it_is_refused(web):
    person = UserFactory()
    user_with(Role.AUDIT_ADMIN)
    role = ROLE.format(person=person.pk, event=FORGED)
    for touched in ("", "accounts.rolegrant:1", "accounts.user:*1"):
        assert refused(web, role, EVENT.format(id=FORGED, touched=touched)) == "history_has_its_event"


def test_listing_by_number_is_counted(web):
    person = UserFactory()
    user_with(Role.AUDIT_ADMIN)
    role = ROLE.format(person=person.pk, event=FORGED)
    for touched in ("accounts.rolegrant:*2", "accounts.rolegrant:*0"):
        assert refused(web, role, EVENT.format(id=FORGED, touched=touched)) == "event_counts_its_rows"


def test_a_history_that_says_something_else_than_the_row_is_refused(web):
    organisation = OrganisationFactory(name="原名")
    history = (
        "INSERT INTO accounts_historicalorganisation (history_id, history_date, history_type, event_id, id, revision,"
        f" code, name, name_key, is_active) SELECT gen_random_uuid(), now(), '~', '{FORGED}', id, revision, code, '原名', name_key, is_active"
        f" FROM accounts_organisation WHERE id = {organisation.pk}"
    )
    change = f"UPDATE accounts_organisation SET name = '改名' WHERE id = {organisation.pk}"
    event = EVENT.format(id=FORGED, touched=f"accounts.organisation:{organisation.pk}")
    assert refused(web, change, history, event) == "row_has_its_history"


def test_a_temporary_table_of_the_same_name_fools_nobody(web):
    OrganisationFactory()
    web.execute("SELECT has_database_privilege(current_database(), 'TEMP')")
    temporary = "CREATE TEMP TABLE accounts_historicalorganisation AS SELECT * FROM public.accounts_organisation"
    if web.fetchone()[0]:
        assert refused(web, temporary, "UPDATE accounts_organisation SET name = name || '改'") == "row_has_its_history"


def test_the_owner_is_refused_too_and_cannot_empty_a_table():
    organisation = OrganisationFactory()
    for statement in (
        f"UPDATE accounts_organisation SET name = 'x' WHERE id = {organisation.pk}",
        f"DELETE FROM accounts_organisation WHERE id = {organisation.pk}",
        "TRUNCATE accounts_organisation CASCADE",
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refused.value.__cause__.diag.constraint_name == "row_has_its_history"
    assert not RawChange.objects.exists()  # refused, not alarmed


def test_what_commands_do_is_not_refused():
    """Changed twice, made and removed, by number: at the commit each has what it needs."""
    with machine_action("test.all", "各样改动", "测试"):
        one, other = (Organisation(code=code, name=code) for code in "AB")
        one.save()
        one.name = "改名"
        one.save()
        other.save()
        other.delete()
        Organisation.objects.all().record_many([Organisation(code=f"C{n}", name=f"C{n}") for n in range(3)])
    assert set(Organisation.objects.values_list("code", flat=True)) >= {"A", "C0", "C1", "C2"}


def test_the_verifier_compares_histories_with_what_events_list_both_ways(tmp_path):
    OrganisationFactory()
    seal("定时")
    OrganisationFactory(name="后来的")
    with machine_action("test.bulk", "成批", "测试"):
        Organisation.objects.all().record_many([Organisation(code=f"D{n}", name=f"D{n}") for n in range(3)])
    seal("定时")
    code, text = verified(exported(tmp_path / "sound.zip"))
    assert (code, "历史行与事件所列一致：通过" in text) == (0, True), text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit_event SET touched = '{}' WHERE id = %(event)s", "不在它的事件"),
        (
            "UPDATE audit_event SET touched = array_append(touched, 'accounts.user:99999') WHERE id = %(event)s",
            "列了 accounts.user:99999",
        ),
    ],
)
def test_owner_who_changes_what_an_event_lists_before_its_seal_is_named(tmp_path, change, said):
    OrganisationFactory()
    event = Event.objects.newest_first().first()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(change, {"event": event.pk})
        cursor.execute("SET session_replication_role = DEFAULT")
    seal("定时")
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, said in text) == (1, True), text


def test_a_waiting_history_row_does_not_hide_its_table(tmp_path):
    """A forged row that waits used to switch the comparison off for the whole table."""
    OrganisationFactory()
    second = OrganisationFactory()
    seal("定时")
    OrganisationFactory()
    with as_owner() as cursor:
        cursor.execute("UPDATE accounts_organisation SET name = '绕过' WHERE id = %s", [second.pk])
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"accounts_organisation 第 {second.pk} 号记录与最后一次历史不符" in text) == (1, True), text
