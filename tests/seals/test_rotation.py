"""The log's key is changed with both keys' signatures; who knows any key of the chain follows it, a swap is refused."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.seals import export, notes
from admissions.seals.keys import key_at, origin, public_key, seed, seed_of
from admissions.seals.models import KeyChange, Seal
from admissions.seals.rotating import rotate_key
from admissions.seals.sealing import seal
from admissions.seals.selectors import bundle_since
from tests.factories.accounts import OrganisationFactory, user_with
from tests.seals.tampering import as_owner, exported, rechain, run_tool, verified
from tests.seals.test_witness import Desk
from tests.trail import assert_recorded

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = "the-next-seal-key-0123456789-abcdefghij-ABCDEFGHIJ-0123"
THIRD = "a-third-seal-key-0123456789-abcdefghij-ABCDEFGHIJ-0123"


def more(cause: str = "定时") -> Seal:
    OrganisationFactory()
    return seal(cause)


@pytest.fixture
def sealed(transactional_db):
    return more()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "witness")


@pytest.fixture
def rotated(sealed, settings):
    """The first seal by the old key, the change, the second seal by the new one."""
    old = public_key()
    settings.SEAL_KEY_NEXT = NEXT
    change = rotate_key("按年更换")
    return old, change, more()


def answers(client) -> str:
    return client.get(reverse("seals:keys")).content.decode()


def test_the_change_is_signed_by_both_keys_and_recorded(rotated):
    old, change, second = rotated
    assert (change.size, change.old_key, public_key().text) == (
        Seal.objects.get(number=1).size,
        old.text,
        change.new_key,
    )
    assert notes.is_signed_by(change.note, old) and notes.is_signed_by(change.note, public_key())
    assert change.note.split("\n")[0] == f"{origin()}/key"
    assert not notes.is_signed_by(second.checkpoint, old) and notes.is_signed_by(second.checkpoint, public_key())
    assert [key_at(row.size).text for row in Seal.objects.order_by("number")] == [change.old_key, change.new_key]
    event = assert_recorded("seals.rotate_key", outcome="machine", reason="按年更换")
    assert (event.details["old"], event.details["new"]) == change.fingerprints


def test_the_new_secret_takes_the_old_ones_place_afterwards(rotated, settings):
    settings.SEAL_KEY, settings.SEAL_KEY_NEXT = NEXT, ""
    assert notes.is_signed_by(more().checkpoint, public_key())
    settings.SEAL_KEY = THIRD
    with pytest.raises(Refused, match="SEAL_KEY 不是现在的封存密钥"):
        more()


def test_a_secret_changed_by_hand_seals_nothing(sealed, settings):
    settings.SEAL_KEY = NEXT
    with pytest.raises(RuntimeError, match="rotate_seal_key"):
        more()
    assert Seal.objects.count() == 1


def test_what_cannot_be_a_change_is_refused(sealed, settings, transactional_db):
    with pytest.raises(Refused, match="SEAL_KEY_NEXT 是空的"):
        rotate_key("试")
    settings.SEAL_KEY_NEXT = "short"
    with pytest.raises(Refused, match="不足 43 个字符"):
        rotate_key("试")
    settings.SEAL_KEY_NEXT = settings.SEAL_KEY
    with pytest.raises(Refused, match="新旧密钥相同"):
        rotate_key("试")
    settings.SEAL_KEY_NEXT = NEXT
    rotate_key("更换")
    with pytest.raises(Refused, match="这把密钥用过"):
        rotate_key("再来")
    settings.SEAL_KEY = THIRD
    with pytest.raises(CommandError, match="不是现在的封存密钥"):
        call_command("rotate_seal_key", reason="遗失", lost=notes.log_key(b"x" * 32, origin()).text)
    assert KeyChange.objects.count() == 1


@pytest.mark.offline
def test_the_verifier_follows_the_chain_from_any_key_of_it(rotated, settings, tmp_path):
    old, change, _ = rotated
    settings.SEAL_KEY, settings.SEAL_KEY_NEXT = NEXT, THIRD
    again = rotate_key("再换")
    more()
    path = exported(tmp_path / "x.zip")
    for key in (old.text, change.new_key, again.new_key):
        code, text = verified(path, "--log-key", key)
        assert (code, "换过 2 次" in text) == (0, True), text
    code, text = verified(path, "--log-key", notes.log_key(b"x" * 32, origin()).text)
    assert (code, "也不是从它换来的" in text) == (1, True), text


@pytest.mark.offline
def test_a_swap_without_the_old_keys_signature_is_found(rotated, tmp_path):
    """Somebody with the database and a key of his own: everything signed anew, the change rewritten."""
    old, _, _ = rotated
    stranger = b"k" * 32
    with as_owner() as cursor:
        rechain(stranger)
        first = Seal.objects.get(number=1)
        new = notes.log_key(stranger, origin())
        body = notes.key_change_body(origin(), first.size, bytes(first.root), old, new)
        note = notes.noted(body, [notes.signature(stranger, origin(), body)])
        cursor.execute("UPDATE seals_keychange SET note = %s, new_key = %s", [note, new.text])
        path = exported_by(stranger, tmp_path)
    code, text = verified(path, "--log-key", old.text)
    assert (code, "第 1 次换钥没有旧钥的签名" in text) == (1, True), text


def exported_by(secret: bytes, tmp_path):
    """The export as the holder of another key would sign it."""
    kept = export.seed
    export.seed = lambda: secret
    try:
        return exported(tmp_path / "forged.zip")
    finally:
        export.seed = kept


@pytest.mark.offline
def test_old_seals_signed_with_the_new_key_are_found(rotated, tmp_path, settings):
    """The thief of the new key cannot rewrite what the old one has signed."""
    settings.SEAL_KEY, settings.SEAL_KEY_NEXT = NEXT, ""
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE audit_event SET reason = '改过' WHERE id = (SELECT id FROM audit_event ORDER BY at LIMIT 1)"
        )
        rechain()
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, "第 1 号印记的签名不是这把系统公钥签的" in text) == (1, True), text


@pytest.mark.offline
def test_a_change_that_speaks_of_another_tree_is_found(rotated, tmp_path, settings):
    old, change, _ = rotated
    with as_owner() as cursor:
        body = notes.key_change_body(origin(), change.size, b"r" * 32, old, public_key())
        first = notes.signature(seed_of(settings.SEAL_KEY, "SEAL_KEY"), origin(), body)
        note = notes.noted(body, [first, notes.signature(seed(), origin(), body)])
        cursor.execute("UPDATE seals_keychange SET note = %s", [note])
        code, text = verified(exported(tmp_path / "x.zip"))
    assert (code, f"第 1 次换钥所说的 {change.size} 片叶的根与这里不同" in text) == (1, True), text


@pytest.mark.offline
def test_a_witness_on_the_network_follows_by_itself(desk, sealed, live_server, settings):
    assert desk.run("check", "--url", live_server.url)[0] in (0, 2)  # not registered: signed, not accepted
    settings.SEAL_KEY_NEXT = NEXT
    change = rotate_key("更换")
    more()
    text = desk.run("check", "--url", live_server.url)[1]
    assert f"已改认新的系统公钥，指纹 {change.fingerprints[1]}" in text
    assert (desk.state["log_key"], desk.state["seen"]["size"]) == (change.new_key, Seal.objects.get(number=2).size)
    assert f"照换钥记录改认新钥：{change.fingerprints[0]} 换为 {change.fingerprints[1]}" in desk.run("log")[1]


@pytest.mark.offline
def test_a_witness_without_network_takes_the_record_of_changes_first(desk, sealed, settings, client, tmp_path):
    assert desk.check()[0] == 0
    settings.SEAL_KEY_NEXT = NEXT
    rotate_key("更换")
    more()
    code, text = desk.check()
    assert (code, "运行 rekey" in text) == (1, True), text
    (tmp_path / "keys.txt").write_text(answers(client))
    code, text = desk.run("rekey", "--file", tmp_path / "keys.txt")
    assert (code, "已改认新的系统公钥" in text) == (0, True), text
    assert desk.run("rekey", "--file", tmp_path / "keys.txt")[0] == 0
    assert desk.check()[0] == 0


@pytest.mark.offline
def test_a_witness_refuses_a_swap_and_a_change_behind_its_back(desk, sealed, settings, tmp_path):
    assert desk.check()[0] == 0
    old, stranger = public_key(), b"k" * 32
    new = notes.log_key(stranger, origin())

    def offered(size: int, signers: list[bytes]) -> tuple[int, str]:
        body = notes.key_change_body(origin(), size, bytes(sealed.root), old, new)
        note = notes.noted(body, [notes.signature(one, origin(), body) for one in signers])
        (tmp_path / "keys.txt").write_text(json.dumps({"number": 1, "note": note}) + "\n")
        return desk.run("rekey", "--file", tmp_path / "keys.txt")

    for size, signers, sentence in (
        (sealed.size, [stranger], "没有旧钥的签名"),
        (sealed.size, [seed()], "没有新钥的签名"),
        (sealed.size - 1, [seed(), stranger], f"只签到 {sealed.size - 1} 片叶"),
    ):
        code, text = offered(size, signers)
        assert (code, sentence in text, desk.state["log_key"]) == (1, True, old.text), text
    assert len(list(desk.place.glob("evidence-*.json"))) == 3


@pytest.mark.offline
def test_a_lost_key_counts_again_only_by_the_signed_sheet(desk, sealed, settings, tmp_path, client):
    assert desk.check()[0] == 0
    old = public_key()
    settings.SEAL_KEY = NEXT
    call_command("rotate_seal_key", reason="密钥遗失", lost=old.text)
    change = KeyChange.objects.get()
    assert not change.is_signed_by_old
    more()
    path = exported(tmp_path / "x.zip")
    code, text = verified(path)
    assert (code, "没有旧钥的签名" in text) == (1, True), text
    assert verified(path, "--new-key", change.new_key, "--log-key", old.text)[0] == 0
    (tmp_path / "keys.txt").write_text(answers(client))
    assert desk.run("rekey", "--file", tmp_path / "keys.txt")[0] == 1
    seen = desk.state["seen"]
    code, text = desk.run("repin", "--log-key", change.new_key)
    assert (code, "见过的印记不变" in text, desk.state["seen"]) == (0, True, seen), text
    assert desk.check(bundle_since(seen["size"]))[0] == 0


@pytest.mark.offline
def test_the_sheet_shows_the_key_of_its_seal_and_the_changes(rotated, client):
    old, change, second = rotated
    client.force_login(user_with(Role.AUDIT_ADMIN))
    first = client.get(reverse("seals:sheet", args=[1])).content.decode()
    assert old.fingerprint in first and "换钥" not in first
    page = client.get(reverse("seals:sheet", args=[second.pk])).content.decode()
    assert public_key().fingerprint in page and f"旧钥签到 {change.size} 片叶" in page and "旧钥、新钥同签" in page


def test_changes_cannot_be_rewritten(rotated):
    with pytest.raises(DatabaseError, match="只能追加"), connection.cursor() as cursor:
        cursor.execute("UPDATE seals_keychange SET size = 9")


@pytest.mark.offline
def test_the_programs_know_the_new_commands():
    assert "--new-key" in run_tool("verify.py", "--help")[1]
    assert "repin" in run_tool("witness.py", "--help")[1]
