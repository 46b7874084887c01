"""Sealing on a real database: every finished row once, in one order, by one sealer, whatever happens meanwhile."""

import os
import signal
import threading
import time
from datetime import timedelta

import psycopg2
import psycopg2.extras
import pytest
from django.db import connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from admissions.audit import critical
from admissions.audit.facts import is_binding
from admissions.audit.models import Event, WrongMark
from admissions.seals.keys import public_key
from admissions.seals.leaves import ledger_tables, pinned_session
from admissions.seals.merkle import digester, root
from admissions.seals.models import Leaf, LeafForm, LeafSalt, Seal, Tile
from admissions.seals.notes import is_signed_by
from admissions.seals.rebuilt_leaves import contents
from admissions.seals.sealing import LOCK, MOMENT, read_moment, seal
from admissions.seals.selectors import seal_over, standing, statement_about
from admissions.seals.tree import Frontier, StoredTree, stored_frontier
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.house.answering import answering
from tests.plugins.database import maintenance
from tests.processes import in_a_child
from tests.races import together
from tests.seals.test_merkle import naive_root, some

SHA = digester("sha256")
pytestmark = pytest.mark.django_db(transaction=True)


def ledger_size() -> int:
    return sum(table.model._base_manager.count() for table in ledger_tables())


def is_whole(made: Seal) -> bool:
    """Leaves without a gap, one for each row, leading to the signed root, from leaves and from tiles alike."""
    hashes = [bytes(row) for row in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(made.size))
    assert made.size == ledger_size() == LeafSalt.objects.count()
    assert is_signed_by(made.checkpoint, public_key())
    tree = StoredTree(SHA, made.size)
    return naive_root(hashes) == root(SHA, tree.subtree, made.size) == made.body.root == bytes(made.root)


def test_every_ledger_row_gets_one_leaf():
    OrganisationFactory()
    made = seal("测试")
    assert is_whole(made)
    assert seal("测试") is None
    OrganisationFactory()
    again = seal("测试")
    assert (again.number, again.size) == (2, made.size + 2)
    assert is_whole(again)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 1000, 65_536 + 257])
def test_frontier_of_any_size_has_the_root_of_the_tree(size):
    hashes = some(min(size, 1000)) * (size // 1000 + 1)
    frontier = Frontier(SHA)
    for found in hashes[:size]:
        frontier.add(found)
    assert frontier.root() == naive_root(hashes[:size])
    assert len(frontier.taken()) == size // 256 + size // 65_536


def test_tree_larger_than_a_tile_grows_from_what_is_stored():
    OrganisationFactory.create_batch(150)  # 300 rows: an event and a history row each
    first = seal("测试")
    OrganisationFactory.create_batch(120)
    second = seal("测试")
    assert (is_whole(second), Tile.objects.count()) == (True, second.size // 256)
    assert stored_frontier(SHA, first.size).root() == first.body.root
    for index in (0, 1, 255, 256, 299, 300, second.size - 1):
        leaf = Leaf.objects.get(index=index)
        assert statement_about(leaf.row_id).seal == (first if index < first.size else second)
        assert seal_over(index) == (first if index < first.size else second)


def test_two_sealers_make_one_line():
    OrganisationFactory.create_batch(20)
    results = together(lambda: seal("一"), lambda: seal("二"), lambda: seal("三"))
    assert [result for result in results if isinstance(result, Exception)] == []
    seal("最后")
    seals = list(Seal.objects.order_by("number"))
    assert [made.number for made in seals] == list(range(1, len(seals) + 1))
    assert is_whole(seals[-1])


def test_second_sealer_leaves_the_work_to_the_first(second_connection):
    OrganisationFactory()
    second_connection.autocommit = False
    with second_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        assert seal("测试") is None
    second_connection.rollback()
    assert is_whole(seal("测试"))


def others_have_gone():
    """The server notices a killed client only when it next speaks to it; until then the lock is held."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    end = time.monotonic() + 30
    with connection.cursor() as cursor:
        while cursor.execute(others) or cursor.fetchone()[0]:
            assert time.monotonic() < end
            time.sleep(0.05)


STEPS = ("leaves", "chunk audit_event", "chunk accounts_historicalorganisation", "seal", "commit")


@pytest.mark.parametrize("step", STEPS)
def test_sealer_killed_at_any_step_leaves_the_tree_as_it_was(step):
    OrganisationFactory()
    before = seal("测试")
    OrganisationFactory()
    ended = in_a_child(
        lambda: seal("测试", lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None)
    )
    assert ended == -signal.SIGKILL
    others_have_gone()
    assert (Seal.objects.count(), Leaf.objects.count()) == (1, before.size)
    made = seal("测试")
    assert (made.number, is_whole(made)) == (2, True)


def test_transaction_that_commits_late_waits_and_leaves_no_gap(second_connection):
    """Its rows have early numbers and appear after later ones were written."""
    OrganisationFactory()
    begun = seal("测试")
    event = Event.objects.newest_first().first()
    second_connection.autocommit = False
    with second_connection.cursor() as late:
        columns = [field.column for field in Event._meta.concrete_fields if field.column not in ("id", "txid")]
        names = ", ".join(columns)
        late.execute(
            f"INSERT INTO audit_event (id, {names}) SELECT gen_random_uuid(), {names} FROM audit_event WHERE id = %s"
            " RETURNING id",
            [str(event.pk)],
        )
        late_id = late.fetchone()[0]
        OrganisationFactory()  # younger, finished before the late one
        assert seal("测试") is None  # everything since is younger than the open transaction
        assert standing().lag > timedelta()
        second_connection.commit()
    made = seal("测试")
    assert made.size == begun.size + 3
    assert Leaf.objects.get(row_id=late_id).index >= begun.size
    assert WrongMark.objects.get().row_id == str(late_id)  # a copy carries the mark of another entry
    again = seal("测试")
    assert (again.size, is_whole(again)) == (made.size + 1, True)


def test_restored_database_begins_an_epoch_and_seals_what_it_brought():
    OrganisationFactory()
    first = seal("测试")
    OrganisationFactory()
    with connection.cursor() as cursor:  # as if these rows came from another cluster that was far ahead
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET txid = txid + 1000000")
        cursor.execute("UPDATE accounts_historicalorganisation SET txid = txid + 1000000")
        cursor.execute("UPDATE seals_seal SET cluster = '1', horizon = horizon + 1000000")
        cursor.execute("SET session_replication_role = DEFAULT")
    second = seal("测试")
    assert (first.epoch, second.epoch, second.size, is_whole(second)) == (1, 2, first.size + 2, True)
    OrganisationFactory()
    third = seal("测试")
    assert (third.epoch, third.size, is_whole(third)) == (2, second.size + 2, True)


def test_clock_set_back_does_not_turn_the_seals_around(monkeypatch):
    OrganisationFactory()
    first = seal("测试")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE seals_seal SET at = now() + interval '1 day'")
        cursor.execute("SET session_replication_role = DEFAULT")
    first.refresh_from_db()
    OrganisationFactory()
    assert seal("测试").at == first.at > timezone.now()


def test_busy_neighbours_on_the_server_hold_nothing_back():
    """Databases of others on the same server begin and end transactions all the time; none of them has a row of ours."""
    stop = threading.Event()

    def neighbour() -> None:
        with maintenance() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT pg_current_xact_id()")

    neighbours = [threading.Thread(target=neighbour) for _ in range(4)]
    for thread in neighbours:
        thread.start()
    try:
        with connection.cursor() as cursor:
            held_back = sum(1 for _ in range(1000) if (moment := read_moment(cursor)).horizon < moment.newest)
        OrganisationFactory()
        made = seal("测试")
    finally:
        stop.set()
        for thread in neighbours:
            thread.join()
    # The server's own housekeeping may be at work here for an instant.
    assert held_back < 3 and made.size == 2


def test_column_added_later_does_not_change_old_leaves():
    OrganisationFactory()
    made = seal("测试")
    form = LeafForm.objects.get(table_name="accounts_historicalorganisation")
    with connection.cursor() as cursor:  # as a deployment before the column did
        cursor.execute("SET session_replication_role = replica")
        shorter = [column for column in form.columns if column != "is_active"]
        cursor.execute(
            "UPDATE seals_leafform SET columns = %s::jsonb WHERE id = %s", [psycopg2.extras.Json(shorter), form.pk]
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    OrganisationFactory()
    again = seal("测试")
    forms = LeafForm.objects.filter(table_name="accounts_historicalorganisation").order_by("pk")
    assert ["is_active" in row.columns for row in forms] == [False, True]
    assert set(
        Leaf.objects.filter(form__table_name="accounts_historicalorganisation").values_list("form_id", flat=True)
    ) == {row.pk for row in forms}
    assert again.size == made.size + 2


def test_the_web_role_may_add_to_the_tree_and_change_nothing(web_role_connection):
    OrganisationFactory()
    seal("测试")
    with web_role_connection.cursor() as cursor:
        for table in ("seals_leaf", "seals_tile", "seals_seal", "seals_leafform", "seals_cosignature"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"SELECT count(*) FROM {table}")
        cursor.execute(MOMENT)
        assert cursor.fetchone()[1] > 0


def test_even_the_owner_is_stopped_by_the_triggers():
    OrganisationFactory()
    seal("测试")
    for statement in ("UPDATE seals_leaf SET hash = ''", "DELETE FROM seals_seal", "TRUNCATE seals_leaf CASCADE"):
        with (
            pytest.raises(Exception, match="留痕数据只能追加"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_tree_of_another_algorithm_is_another_tree(settings):
    settings.SEAL_ALGORITHM = "sm3"
    OrganisationFactory()
    made = seal("测试")
    assert (made.algorithm, made.body.origin.endswith("/sm3")) == ("sm3", True)
    digest = digester("sm3")
    with transaction.atomic(), pinned_session():
        assert {row.is_true(digest) for row in contents(digest, 0, made.size)} == {True}
    settings.SEAL_ALGORITHM = "sha256"
    OrganisationFactory()
    with pytest.raises(RuntimeError, match="the tree is sm3"):
        seal("测试")


def test_without_a_key_nothing_is_sealed(settings):
    settings.SEAL_KEY = ""
    OrganisationFactory()
    with pytest.raises(Exception, match="没有封存密钥"):
        seal("测试")
    assert Leaf.objects.count() == 0


def test_no_personal_word_is_in_a_leaf():
    UserFactory(name="欧阳测试标记", phone="13800001234")
    made = seal("测试")
    with transaction.atomic(), pinned_session():
        text = b"".join(row.leaf for row in contents(SHA, 0, made.size)).decode()
    assert "欧阳" not in text and "13800001234" not in text
    assert Event.objects.count() > 0


def test_standing_tells_how_late_sealing_is():
    assert (standing().last, standing().lag) == (None, timedelta())
    OrganisationFactory()
    assert standing().lag > timedelta()
    seal("测试")
    assert standing().lag == timedelta()
    assert standing().lacks_witness


def test_critical_acts_ask_for_a_seal_and_others_do_not():
    assert get_resolver().url_patterns  # with the pages come all commands
    assert is_binding("pledges.sign") and is_binding("meetings.issue_resolution")
    assert not is_binding("organisation.add")
    heard = []
    with answering(critical.LISTENERS, heard.append):
        with transaction.atomic():
            critical.tell_on_commit("season.close")
            critical.tell_on_commit("organisation.add")
            assert heard == []
        assert heard == ["结束录取季"]
