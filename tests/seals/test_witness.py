"""The witness on its own machine: signs what grows, refuses roll-back, split view and rewriting, survives its own loss."""

import base64
import json
import runpy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.seals import notes
from admissions.seals.enums import WitnessStatus
from admissions.seals.export import TOOLS
from admissions.seals.keys import origin, public_key, seed
from admissions.seals.merkle import consistency_path, digester
from admissions.seals.models import Cosignature, Seal, Witness
from admissions.seals.sealing import seal
from admissions.seals.selectors import bundle_since, standing
from admissions.seals.services import accept_cosignature, confirm_witness, offer_witness, retire_witness
from tests.factories.accounts import OrganisationFactory, user_with
from tests.seals.tampering import as_owner, rechain, root_text, run_tool
from tests.seals.test_merkle import SHA, Leaves, naive_root, some
from tests.trail import assert_recorded, assert_refused

witness_file = runpy.run_path(str(TOOLS / "witness.py"))
verify_file = runpy.run_path(str(TOOLS / "verify.py"))


class Desk:
    """A witness's directory and what its program answers."""

    def __init__(self, place: Path, name: str = "jiandu-1") -> None:
        self.place = place
        self.code, self.text = self.run("new", "--name", name, "--log-key", public_key().text)
        self.key = next(line for line in self.text.splitlines() if line.startswith(f"{name}+"))

    def run(self, *words: object, given: str = "") -> tuple[int, str]:
        return run_tool("witness.py", "--state", self.place, *words, given=given)

    @property
    def state(self) -> dict:
        return json.loads((self.place / "state.json").read_text())

    def check(self, text: str | None = None) -> tuple[int, str]:
        """Hand over what the system gives this witness now."""
        seen = self.state["seen"]
        bundle = text if text is not None else bundle_since(seen["size"] if seen else 0)
        (self.place / "bundle.txt").write_text(bundle)
        return self.run("check", "--file", self.place / "bundle.txt")

    @property
    def line(self) -> str:
        return (self.place / "cosignature.txt").read_text().splitlines()[1]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "witness")


@pytest.fixture
def sealed(transactional_db):
    OrganisationFactory()
    return seal("定时")


def registered(desk: Desk) -> Witness:
    supervisor, auditor = user_with(Role.SUPERVISOR), user_with(Role.AUDIT_ADMIN)
    witness = offer_witness(actor=supervisor, reason="驻点监督用", public_key=desk.key)
    return confirm_witness(actor=auditor, reason="当面核对指纹", witness=witness)


@given(message=st.binary(max_size=200), secret=st.binary(min_size=32, max_size=32))
def test_own_ed25519_is_the_librarys(message, secret):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert witness_file["public_of"](secret) == public
    assert witness_file["sign"](secret, message) == signature
    for module in (witness_file["is_signed"], verify_file["ed25519_verify"]):
        assert module(public, signature, message)
        assert not module(public, signature, message + b"!")
        assert not module(public, signature[:63] + bytes([signature[63] ^ 1]), message)


@given(new=st.integers(1, 200), data=st.data())
def test_consistency_proofs_are_accepted_only_for_the_tree_that_was_seen(new, data):
    old = data.draw(st.integers(1, new))
    hashes = some(new)
    proof = consistency_path(SHA, Leaves(hashes).subtree, old, new)
    check = witness_file["is_consistent"]
    before, after = naive_root(hashes[:old]), naive_root(hashes)
    assert check("sha256", old, new, proof, before, after)
    assert not check("sha256", old, new, proof, digester("sha256")(b"?"), after)
    assert not check("sha256", old, new, [*proof, before], before, after)
    if proof:
        assert not check("sha256", old, new, proof[:-1], before, after)


@pytest.mark.django_db(transaction=True)
def test_witness_signs_what_grows_and_the_signature_counts(desk, sealed):
    witness = registered(desk)
    code, text = desk.check()
    assert (code, "首次见证" in text) == (0, True), text
    accept_cosignature(sealed.size, desk.line)
    assert Seal.objects.with_witnesses().get(pk=sealed.pk).state.label == "已见证"
    again = seal("定时")
    code, text = desk.check()
    assert (code, "首次见证" in text, f"{again.size} 片叶" in text) == (0, False, True), text
    first, second = accept_cosignature(again.size, desk.line), accept_cosignature(again.size, desk.line)
    assert (first.pk, first.witness_id) == (second.pk, witness.pk)
    assert standing().witnessed == again
    code, text = desk.run("log")
    assert (code, "共 2 次" in text) == (0, True)


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_witness_talks_to_the_running_program(desk, sealed, live_server):
    registered(desk)
    newest = seal("定时")
    code, text = desk.run("check", "--url", live_server.url)
    assert (code, "已登记：jiandu-1见证第2号印记" in text) == (0, True), text
    assert Cosignature.objects.get().seal_id == newest.pk
    with connection.cursor() as cursor:  # the newest seal is gone for good, as after a restore
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM seals_cosignature; DELETE FROM seals_seal WHERE number = 2")
        cursor.execute("SET session_replication_role = DEFAULT")
    code, text = desk.run("check", "--url", live_server.url)
    assert (code, "树变小了" in text) == (1, True), text
    code, text = desk.run("check", "--url", "http://127.0.0.1:1")
    assert (code, "连不上系统" in text) == (2, True), text
    assert desk.run("check", "--url", "http://example.org")[0] == 2


@pytest.mark.django_db(transaction=True)
def test_database_restored_from_yesterday_is_refused_with_evidence(desk, sealed):
    yesterday = bundle_since(0)
    OrganisationFactory()
    seal("定时")
    assert desk.check()[0] == 0
    before = desk.state
    code, text = desk.check(yesterday)
    assert (code, "树变小了" in text) == (1, True), text
    assert desk.state == before
    evidence = json.loads(next(desk.place.glob("evidence-*.json")).read_text())
    assert evidence["given"] == yesterday and evidence["seen"] == before["seen"]


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_split_view_and_rewriting_are_refused(desk, sealed):
    assert desk.check()[0] == 0
    seen = desk.state["seen"]["size"]
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET reason = '另一说'")
        rechain()
        split = bundle_since(seen)
    code, text = desk.check(split)
    assert (code, "叶数相同而根不同" in text) == (1, True), text
    OrganisationFactory()
    seal("定时")
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET reason = '另一说'")
        rechain()
        cursor.execute("DELETE FROM seals_tile")
        rewritten = bundle_since(seen)
    code, text = desk.check(rewritten)
    assert (code, "不以见过的树开头" in text) == (1, True), text


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_other_key_other_name_and_other_start_are_refused(desk, sealed):
    body = sealed.body.body
    forged = notes.signed_note(b"z" * 32, origin(), body)
    assert "没有登记的那把系统公钥" in desk.check(notes.bundle(0, [], forged))[1]
    foreign = notes.signed_note(seed(), "elsewhere/seal", body.replace(origin(), "elsewhere/seal"))
    assert "另一个系统的印记" in desk.check(notes.bundle(0, [], foreign))[1]
    assert desk.check()[0] == 0
    OrganisationFactory()
    seal("定时")
    code, text = desk.check(bundle_since(3))
    assert (code, "请取从" in text) == (2, True), text
    assert desk.check("不是一包")[0] == 2
    assert desk.run("check", "--paste", given=bundle_since(desk.state["seen"]["size"]))[0] == 0


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_lost_key_starts_again_from_the_printed_sheet(desk, sealed, tmp_path):
    assert desk.check()[0] == 0
    size, root, code = str(sealed.size), root_text(sealed), sealed.body.check_code
    assert f"校验码　{code}" in desk.run("sheet")[1]
    words = ("recover", "--name", "jiandu-2", "--log-key", public_key().text, "--root", root, "--code", code)
    state = ("--state", tmp_path / "new")
    mistyped = run_tool("witness.py", *state, *words, "--size", sealed.size + 1)
    assert (mistyped[0], "校验码对不上" in mistyped[1], (tmp_path / "new").exists()) == (2, True, False)
    assert run_tool("witness.py", *state, *words, "--size", size)[0] == 0
    assert run_tool("witness.py", *state, *words, "--size", size)[0] == 2  # never over an existing key
    OrganisationFactory()
    seal("定时")
    (tmp_path / "b.txt").write_text(bundle_since(sealed.size))
    code, text = run_tool("witness.py", *state, "check", "--file", tmp_path / "b.txt")
    assert (code, "首次见证" in text) == (0, False), text


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_killed_between_remembering_and_signing_signs_the_same_again(desk, sealed):
    bundle = bundle_since(0)
    assert desk.check(bundle)[0] == 0
    first = desk.state["seen"]
    assert desk.check(bundle)[0] == 0
    assert {**desk.state["seen"], "at": ""} == {**first, "at": ""}


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_only_another_line_lets_a_witness_count(desk, sealed):
    supervisor, auditor = user_with(Role.SUPERVISOR), user_with(Role.AUDIT_ADMIN)
    with pytest.raises(Refused, match="只有监督员可以登记"):
        offer_witness(actor=auditor, reason="试", public_key=desk.key)
    assert_refused("seals.offer_witness", actor=auditor)
    witness = offer_witness(actor=supervisor, reason="驻点监督用", public_key=desk.key)
    desk.check()
    with pytest.raises(Refused, match="没有登记或没有启用"):
        accept_cosignature(sealed.size, desk.line)
    with pytest.raises(Refused, match="保管人不能核对自己的"):
        confirm_witness(actor=supervisor, reason="自己看过", witness=witness)
    confirm_witness(actor=auditor, reason="当面核对", witness=witness)
    assert_recorded("seals.confirm_witness", actor=auditor, target=witness)
    accept_cosignature(sealed.size, desk.line)
    with pytest.raises(Refused, match="已经登记过"):
        offer_witness(actor=supervisor, reason="再来", public_key=desk.key)
    retire_witness(actor=supervisor, reason="电脑更换", witness=witness)
    with pytest.raises(Refused, match="没有登记或没有启用"):
        accept_cosignature(sealed.size, desk.line)


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_successor_retires_the_witness_it_replaces(desk, sealed, tmp_path):
    old = registered(desk)
    fresh = Desk(tmp_path / "second", "jiandu-2")
    stranger = user_with(Role.SUPERVISOR)
    with pytest.raises(Refused, match="只能接替自己保管的"):
        offer_witness(actor=stranger, reason="接替", public_key=fresh.key, replaces=old)
    new = offer_witness(actor=old.holder, reason="密钥遗失", public_key=fresh.key, replaces=old)
    confirm_witness(actor=user_with(Role.AUDIT_ADMIN), reason="当面核对", witness=new)
    old.refresh_from_db()
    assert (old.status, Witness.objects.active().get()) == (WitnessStatus.RETIRED, new)


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda line: line[:-8] + "AAAAAA==", "没有登记"),
        (lambda line: line.replace("\u2014 ", "- "), "签名行不完整"),
        (lambda line: line.rsplit(" ", 1)[0] + " ***", "不是 Base64"),
        (lambda line: line.replace("jiandu-1", "jiandu-9"), "没有登记或没有启用"),
        (lambda line: line.rsplit(" ", 1)[0] + " " + base64.b64encode(b"1234" + bytes(72)).decode(), "登记的见证人是"),
    ],
)
def test_spoilt_cosignature_is_told_what_is_wrong(desk, sealed, client, change, sentence):
    registered(desk)
    desk.check()
    answer = client.post(reverse("seals:cosign"), f"{sealed.size}\n{change(desk.line)}\n", content_type="text/plain")
    assert (answer.status_code, Cosignature.objects.count()) == (400, 0)
    assert sentence in answer.content.decode()


@pytest.mark.offline
@pytest.mark.django_db(transaction=True)
def test_public_addresses_answer_bad_questions(sealed, client):
    assert client.get(reverse("seals:bundle"), {"old": "x"}).status_code == 400
    assert client.get(reverse("seals:bundle"), {"old": sealed.size + 1}).status_code == 409
    assert client.get(reverse("seals:bundle")).content.decode() == bundle_since(0)
    assert client.get(reverse("seals:checkpoint")).content.decode() == sealed.checkpoint
    assert client.get(reverse("seals:cosign")).status_code == 405
    assert client.post(reverse("seals:cosign"), "1", content_type="text/plain").status_code == 400
