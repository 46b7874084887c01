"""The one-file verifier on real exports: sound ones, and every way of tampering we could think of."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from admissions.accounts.enums import Role
from admissions.accounts.services import suspend_account
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.seals.destroying import destroy_salts
from admissions.seals.enums import Disclosure
from admissions.seals.keys import public_key
from admissions.seals.models import Leaf, LeafSalt
from admissions.seals.sealing import seal
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.seals.tampering import as_owner, cut_tail, exported, log_line, rechain, run_tool, verified
from tests.trail import assert_recorded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ledger(transactional_db):
    """Two seals over a few people and organisations."""
    UserFactory()
    OrganisationFactory()
    first = seal("定时")
    UserFactory()
    OrganisationFactory()
    return [first, seal("定时")]


def repacked(path: Path, name: str, change) -> Path:
    """The export with one member changed (or left out), as somebody would who handles the file."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for member in before.namelist():
            data = before.read(member)
            data = change(data) if member == name else data
            if data is not None:
                after.writestr(member, data)
    return target


def test_sound_export_passes_every_step(ledger, tmp_path):
    path = exported(tmp_path / "x.zip")
    code, text = verified(path, "--log-key", public_key().text)
    assert (code, text.count("不符")) == (0, 0), text
    assert f"全部相符，共 {ledger[1].size} 片叶、2 个印记；没有见证签名，只是系统自证" in text
    assert verified(path, "--require-witness")[0] == 4


@pytest.mark.offline
def test_export_can_be_read_unpacked_and_as_json(ledger, tmp_path):
    path = exported(tmp_path / "x.zip")
    shutil.unpack_archive(path, tmp_path / "open")
    assert verified(tmp_path / "open")[0] == 0
    code, text = verified(path, "--json")
    assert (code, json.loads(text)["code"], {step["verdict"] for step in json.loads(text)["steps"]}) == (0, 0, {"通过"})


def test_scoped_export_shows_only_the_readers_events(ledger, tmp_path):
    one = Event.objects.newest_first().first()
    path = exported(tmp_path / "x.zip", Disclosure.SCOPE, Event.objects.filter(pk=one.pk))
    with zipfile.ZipFile(path) as archive:
        shown = archive.read("private/0000000000.jsonl").splitlines()
        assert [json.loads(line)["i"] for line in shown] == [Leaf.objects.get(row_id=one.pk).index]
        assert not [name for name in archive.namelist() if name.startswith("live/")]
    code, text = verified(path)
    assert (code, "公开 1 行" in text) == (5, True), text
    assert "没有核的：" in text and "“现行记录与最后一次历史”，这一包没有全部公开，没有核这一步" in text


@pytest.mark.offline
def test_edited_event_is_named(ledger, tmp_path):
    event = Event.objects.newest_first().first()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET reason = '改过的事由' WHERE id = %s", [event.pk])
        code, text = verified(exported(tmp_path / "x.zip"))
    index = Leaf.objects.get(row_id=event.pk).index
    assert (code, f"第 {index} 叶 audit_event {event.pk} 与封存时不同，被改过" in text) == (1, True), text


@pytest.mark.offline
def test_shifted_clock_is_named(ledger, tmp_path):
    event = Event.objects.newest_first().last()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET at = at + interval '2 days' WHERE id = %s", [event.pk])
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"audit_event {event.pk} 与封存时不同" in text, "晚于封存它的" in text) == (1, True, True), text


def test_deleted_row_is_named(ledger, tmp_path):
    event = Event.objects.newest_first().first()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [event.pk])
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"audit_event {event.pk} 已从数据库里删去" in text) == (1, True), text


def test_inserted_history_row_without_event_is_named(ledger, tmp_path):
    with as_owner() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE forged AS SELECT * FROM accounts_historicalorganisation ORDER BY history_id DESC LIMIT 1;"
            "UPDATE forged SET history_id = gen_random_uuid(), event_id = gen_random_uuid(), revision = 99, name = '伪造';"
            "INSERT INTO accounts_historicalorganisation SELECT * FROM forged"
        )
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "导出时还有 1 行等待封存" in text) == (1, True), text


def test_live_row_changed_past_its_history_is_named(ledger, tmp_path):
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE accounts_organisation SET name = '改了名' WHERE id = (SELECT max(id) FROM accounts_organisation)"
        )
        cursor.execute("SELECT max(id) FROM accounts_organisation")
        pk = cursor.fetchone()[0]
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"accounts_organisation 第 {pk} 号记录与最后一次历史不符：绕过系统改过" in text) == (1, True), text


@pytest.mark.offline
def test_reordered_leaves_break_the_roots(ledger, tmp_path):
    with as_owner() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE swap AS SELECT index, row_id, hash, form_id FROM seals_leaf WHERE index IN (0, 1);"
            "DELETE FROM seals_leaf WHERE index IN (0, 1);"
            "INSERT INTO seals_leaf (index, row_id, hash, form_id) SELECT 1 - index, row_id, hash, form_id FROM swap;"
            "UPDATE seals_leafsalt s SET leaf_index = -1 - leaf_index WHERE leaf_index IN (0, 1);"
            "UPDATE seals_leafsalt s SET leaf_index = 2 + leaf_index WHERE leaf_index IN (-1, -2)"
        )
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "第 1 号印记 的根与叶算出的不同" in text) == (1, True), text


@pytest.mark.offline
def test_everything_rechained_with_another_key_fails_the_signature(ledger, tmp_path):
    event = Event.objects.newest_first().first()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET reason = '改过的事由' WHERE id = %s", [event.pk])
        rechain(b"k" * 32)
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "第 1 号印记的签名不是这把系统公钥签的" in text or "第 2 号印记的签名" in text) == (1, True), text


@pytest.mark.offline
def test_everything_rechained_with_the_true_key_is_caught_by_the_witness(ledger, tmp_path):
    (tmp_path / "log.jsonl").write_text(log_line(ledger[1]))
    assert verified(exported(tmp_path / "sound.zip"), "--witness-log", tmp_path / "log.jsonl")[0] == 0
    event = Event.objects.newest_first().last()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET reason = '改过的事由' WHERE id = %s", [event.pk])
        rechain()
        path = exported(tmp_path / "x.zip")
    assert verified(path)[0] == 0  # the system alone cannot show it
    code, text = verified(path, "--witness-log", tmp_path / "log.jsonl")
    assert (code, "的根与这里不同：整条链被重做过" in text) == (1, True), text


@pytest.mark.offline
def test_tail_cut_and_signed_anew_is_caught_by_the_witness(ledger, tmp_path):
    (tmp_path / "log.jsonl").write_text(log_line(ledger[1]))
    with as_owner() as cursor:
        cut_tail(cursor, 3)
        path = exported(tmp_path / "x.zip", Disclosure.NONE)
    code, text = verified(path, "--witness-log", tmp_path / "log.jsonl")
    assert (code, f"见过 {ledger[1].size} 片叶，这里只有 {ledger[1].size - 3} 片：末尾被截去" in text) == (1, True), (
        text
    )


@pytest.mark.offline
def test_swapped_log_key_is_caught_by_the_key_on_paper(ledger, tmp_path, settings):
    paper = public_key().text
    settings.SEAL_KEY = "another-key-0123456789-0123456789-0123456789-0123456789"
    with as_owner():
        rechain()
        path = exported(tmp_path / "x.zip")
    assert verified(path)[0] == 0
    code, text = verified(path, "--log-key", paper)
    assert (code, "不是您给出的那一把" in text) == (1, True), text


def test_forked_tree_has_another_root(ledger, tmp_path):
    """Two exports for two readers, signed by the true key over different trees: the witness's log fits one of them."""
    (tmp_path / "log.jsonl").write_text(log_line(ledger[0]))
    with as_owner() as cursor:
        event = Event.objects.order_by("at").first()
        cursor.execute("UPDATE audit_event SET refusal = '另一说' WHERE id = %s", [event.pk])
        rechain()
        forked = exported(tmp_path / "x.zip")
    assert verified(forked, "--witness-log", tmp_path / "log.jsonl")[0] == 1
    assert verified(exported(tmp_path / "y.zip"), "--witness-log", tmp_path / "log.jsonl")[0] == 0


def test_salt_destroyed_by_nobody_is_named(ledger, tmp_path):
    row = LeafSalt.objects.order_by("leaf_index").first()
    assert bytes(row.commitment).hex() == commitment_of(tmp_path, row.leaf_index)
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE seals_leafsalt SET salt = NULL, destroyed_at = now() WHERE leaf_index = %s", [row.leaf_index]
        )
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"第 {row.leaf_index} 叶" in text, "没有封存过的销毁记录" in text) == (1, True, True), text


def test_salts_about_a_person_are_destroyed_by_command_and_everything_still_verifies(tmp_path):
    person, auditor = UserFactory(name="欧阳测试"), user_with(Role.AUDIT_ADMIN)
    suspend_account(actor=user_with(Role.SECURITY_ADMIN), reason="调离", account=person)
    with pytest.raises(Refused, match="没有可以销毁的盐值"):
        destroy_salts(actor=auditor, reason="本人申请", person=person)
    seal("定时")
    with pytest.raises(Refused, match="没有销毁盐值的权限"):
        destroy_salts(actor=person, reason="试", person=person)
    assert destroy_salts(actor=auditor, reason="本人申请", person=person) == 2  # one of them the refused attempt
    assert_recorded("seals.destroy_salts", actor=auditor, reason="本人申请")
    seal("定时")
    code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "2 行的盐已销毁" in text) == (0, True), text


def commitment_of(tmp_path: Path, index: int) -> str:
    with zipfile.ZipFile(exported(tmp_path / "before.zip")) as archive:
        return json.loads(archive.read("leaves/0000000000.jsonl").splitlines()[index])["commitment"]


@pytest.mark.offline
def test_cut_export_is_named_and_not_called_sound(ledger, tmp_path):
    path = exported(tmp_path / "x.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(path.read_bytes()[:-400])
    assert verified(cut)[0] == 2
    short = repacked(path, "leaves/0000000000.jsonl", lambda data: data[:-10])
    code, text = verified(short)
    assert (code, "leaves/0000000000.jsonl 长度" in text) == (2, True), text
    without = repacked(path, "seals.jsonl", lambda data: None)
    assert verified(without)[0] == 2


@pytest.mark.offline
def test_changed_manifest_fails_its_signature(ledger, tmp_path):
    path = exported(tmp_path / "x.zip")
    code, text = verified(
        repacked(path, "manifest.json", lambda data: data.replace("监督组".encode(), "某某组".encode()))
    )
    assert (code, "清单与它的签名不是一回事" in text) == (1, True), text


@pytest.mark.offline
def test_nothing_covered_is_not_called_sound(tmp_path, ledger):
    def emptied(data: bytes) -> bytes:
        manifest = json.loads(data)
        manifest["size"] = 0
        manifest["files"]["seals.jsonl"] = {"sha256": hashlib.sha256(b"").hexdigest(), "bytes": 0}
        return json.dumps(manifest, ensure_ascii=False).encode()

    path = repacked(exported(tmp_path / "x.zip"), "manifest.json", emptied)
    path = repacked(path, "seals.jsonl", lambda data: b"")
    code, text = verified(path)
    assert (code, "没有核验到任何内容" in text) == (3, True), text


@pytest.mark.offline
def test_wrong_words_are_told_in_chinese(tmp_path):
    code, text = verified(tmp_path / "nothing.zip")
    assert (code, "没有核完。读不出 manifest.json" in text) == (2, True), text
    assert run_tool("verify.py", "--help")[1].count("退出码：") == 1
