"""A supervisor's export shows the events of the scope and what they wrote, and nothing of others or of the recused."""

import json
import zipfile
from pathlib import Path

import pytest
from django.db import transaction

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.jobs.runner import run
from admissions.seals.disclosing import shown_rows
from admissions.seals.enums import Disclosure
from admissions.seals.export import Reader, exports_root
from admissions.seals.leaves import pinned_session
from admissions.seals.merkle import digester
from admissions.seals.models import Leaf, VerificationExport
from admissions.seals.rebuilt_leaves import contents
from admissions.seals.sealing import seal
from admissions.seals.services import request_export
from discipline.opinions.models import Opinion
from discipline.opinions.services import answer_opinion
from tests.factories.accounts import user_with
from tests.factories.recusal import fact_about
from tests.factories.supervision import again, issued, watched
from tests.seals.tampering import verified
from tests.trail import setting_up

pytestmark = pytest.mark.django_db(transaction=True)
SHOWN, OUTSIDE, RECUSED, ONCE = "示于监督员", "藏在组外", "藏于回避", "藏于旧稿"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def taken_by(reader) -> Path:
    """The newest seal as this reader's export."""
    made = seal("测试")
    export = request_export(actor=again(reader), reason="例行核验", seal=made)
    run(export.job_id)
    return exports_root() / VerificationExport.objects.get(pk=export.pk).storage_name


def shown_in(path: Path) -> tuple[str, dict[int, dict]]:
    """Everything the export shows, as text and by leaf number."""
    with zipfile.ZipFile(path) as pack:
        lines = [
            line for name in pack.namelist() if name.startswith("private/") for line in pack.read(name).splitlines()
        ]
    return b"".join(lines).decode(), {row["i"]: row for row in map(json.loads, lines)}


def leaf_of(record) -> int:
    """Where the record's newest history row stands."""
    return Leaf.objects.get(row_id=record.history.latest().history_id).index


@pytest.fixture
def two_groups():
    """One season; an opinion in the supervisor's group, one in another group, one about a person to be recused from."""
    mine = watched()
    other = watched(mine.season)
    seen = issued(mine, title=SHOWN)
    issued(other, title=OUTSIDE, text=OUTSIDE)
    colleague = user_with(Role.SUPERVISOR, season=mine.season, group=mine.group)
    colleague_of = type(mine)(mine.group, mine.leader, mine.member, colleague)
    hidden = issued(colleague_of, title=RECUSED, text=RECUSED, person=mine.member)
    fact_about(mine.supervisor, mine.season, key=mine.member.pk, state="confirmed")
    return mine, seen, hidden


def test_history_rows_of_the_shown_events_are_shown_and_verify(two_groups):
    mine, seen, _ = two_groups
    answer_opinion(actor=again(mine.leader), reason="答复", opinion=seen, text="已补。")
    path = taken_by(mine.supervisor)
    text, rows = shown_in(path)
    assert SHOWN in text and leaf_of(Opinion.objects.get(pk=seen.pk)) in rows
    issue = Event.objects.get(action="opinions.issue", target_id=str(seen.pk))
    assert Leaf.objects.get(row_id=issue.pk).index in rows
    code, said = verified(path)
    assert (code, f"公开 {len(rows)} 行" in said) == (5, True), said


def test_nothing_out_of_scope_or_recused_is_shown(two_groups):
    mine, _, hidden = two_groups
    text, rows = shown_in(taken_by(mine.supervisor))
    assert (OUTSIDE in text, RECUSED in text, leaf_of(hidden) in rows) == (False, False, False)
    free = user_with(Role.SUPERVISOR, season=mine.season, group=mine.group)
    assert RECUSED in shown_in(taken_by(free))[0]


def test_an_older_state_that_named_the_recused_person_stays_hidden(two_groups):
    """The record names that person no more, its first entry does."""
    mine, seen, _ = two_groups
    with setting_up():
        row = Opinion.objects.get(pk=seen.pk)
        row.person, row.text = mine.member, ONCE
        row.save()
        row.person, row.text = None, "改后"
        row.save()
    events = Event.objects.filter(action="test.set_up")
    older = Opinion.history.model.objects.get(text=ONCE)
    newer = Opinion.history.model.objects.get(text="改后")
    made = seal("测试")
    with transaction.atomic(), pinned_session():
        rows = contents(digester("sha256"), 0, made.size)
    reader = Reader("监督员", "核验", Disclosure.SCOPE, events, person=again(mine.supervisor))
    shown = shown_rows(reader, rows)
    assert {row.row_id for row in rows if row.index in shown} & {str(older.pk), str(newer.pk)} == {str(newer.pk)}


def test_what_no_timeline_shows_is_not_shown_here_either(two_groups):
    mine, _, _ = two_groups
    path = taken_by(mine.supervisor)
    _, rows = shown_in(path)
    with zipfile.ZipFile(path) as pack:
        manifest = json.loads(pack.read("manifest.json"))
        leaves = [json.loads(line) for line in pack.read("leaves/0000000000.jsonl").splitlines()]
    assert {"accounts_historicaluser", "meetings_historicalposition"} <= set(manifest["hidden"])
    assert not {leaves[index]["table"] for index in rows} & set(manifest["hidden"])
    assert not manifest["complete"]
