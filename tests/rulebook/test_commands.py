"""Clauses and their versions: exactly one in force at an instant, edited by editors, verified by somebody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.rulebook.enums import ClauseCategory, SourceKind, Verification
from admissions.rulebook.models import Clause, ClauseVersion, RuleSource
from admissions.rulebook.selectors import version_diff, versions_in_force
from admissions.rulebook.services import add_clause, add_source, repeal_clause, revise_clause, verify_version
from tests.accounts.test_races import together
from tests.factories.accounts import user_with
from tests.factories.rulebook import clause_in_force
from tests.trail import assert_recorded, assert_refused

pytestmark = pytest.mark.django_db
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def editor():
    return user_with(Role.RULE_EDITOR)


def added(editor, text="甲、乙二人到场。", since=BEGIN, code="two-people"):
    source = add_source(actor=editor, reason="登记", code=f"source-{code}", title="示例办法", kind=SourceKind.NORMATIVE)
    return add_clause(
        actor=editor,
        reason="登记",
        source=source,
        code=code,
        number="第3条",
        category=ClauseCategory.DECISION,
        title="到场人数",
        text=text,
        verification=Verification.UNVERIFIED,
        effective_from=since,
    )


def revised(editor, clause, text, since):
    return revise_clause(
        actor=editor,
        reason="办法修订",
        clause=clause,
        text=text,
        verification=Verification.VERIFIED,
        effective_from=since,
    )


def current(clause, at=None):
    return versions_in_force([clause.pk], at).get(clause.pk)


@given(days=st.lists(st.integers(1, 2000), min_size=1, max_size=5, unique=True), asked=st.integers(-10, 2100))
def test_exactly_one_version_is_in_force_at_an_instant(days, asked):
    editor = user_with(Role.RULE_EDITOR)
    clause = added(editor, code=f"c-{RuleSource.objects.count()}")
    turns = sorted(days)
    for number, day in enumerate(turns, 2):
        revised(editor, clause, f"第{number}版的内容。", BEGIN + timedelta(days=day))
    at = BEGIN + timedelta(days=asked)
    versions = list(ClauseVersion.objects.filter(clause=clause).in_force(at))
    # Half-open: on the very day of the change the new text counts.
    wanted = [1 + sum(day <= asked for day in turns)] if asked >= 0 else []
    assert [version.number for version in versions] == wanted


def test_revising_ends_the_old_version_and_keeps_it_citable(editor):
    clause = added(editor)
    turn = BEGIN + timedelta(days=100)
    version = revised(editor, clause, "甲、乙、丙三人到场。", turn)
    assert_recorded("rulebook.revise_clause", actor=editor, reason="办法修订")
    assert current(clause, turn) == version
    assert (version.editor_id, version.editor_name) == (editor.pk, editor.name)
    assert current(clause, turn - timedelta(seconds=1)).text == "甲、乙二人到场。"


def test_refusals_say_what_to_do(editor):
    clause = added(editor)
    with pytest.raises(Refused, match="没有变化"):
        revised(editor, clause, "甲、乙二人到场。 ", timezone.now())
    with pytest.raises(Refused, match="须晚于现行版本"):
        revised(editor, clause, "改。", BEGIN)
    repeal_clause(actor=editor, reason="废止", clause=clause, at=timezone.now())
    with pytest.raises(Refused, match="不必废止"):
        repeal_clause(actor=editor, reason="废止", clause=clause, at=timezone.now())
    assert current(clause) is None


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.RULE_EDITOR)])
def test_others_do_not_edit(role, editor):
    clause = added(editor)
    other = user_with(role) if role else user_with(Role.SECRETARIAT)
    with pytest.raises(Refused, match="没有"):
        revised(other, clause, "改。", timezone.now())
    assert_refused("rulebook.revise_clause", actor=other)
    assert clause.versions.count() == 1


def test_the_editor_does_not_verify_the_own_text(editor):
    version = added(editor).versions.get()
    with pytest.raises(Refused, match="不能核实自己编辑"):
        verify_version(actor=editor, reason="看过", version=version, verification=Verification.VERIFIED)
    other = user_with(Role.RULE_EDITOR)
    done = verify_version(actor=other, reason="对照公报第3条", version=version, verification=Verification.VERIFIED)
    assert (done.verification, done.verified_note) == (Verification.VERIFIED, "对照公报第3条")


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_one_wins_and_the_other_is_told():
    first, second = user_with(Role.RULE_EDITOR), user_with(Role.RULE_EDITOR)
    clause = added(first)
    turn = BEGIN + timedelta(days=50)

    def revise(editor, text):
        return lambda: revised(editor, Clause.objects.get(pk=clause.pk), text, turn)

    results = together(revise(first, "一稿。"), revise(second, "二稿。"))
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1, results
    assert clause.versions.count() == 2


def test_seeds_are_complete_and_repeatable():
    call_command("seed_reference", verbosity=0)
    before = ClauseVersion.objects.count()
    assert before > 100
    call_command("seed_reference", verbosity=0)
    assert ClauseVersion.objects.count() == before
    for version in ClauseVersion.objects.select_related("clause__source"):
        assert version.clause.source.title and version.text and version.verification in Verification.values
    assert ClauseVersion.objects.filter(verification=Verification.UNVERIFIED).exists(), "the unread stay marked"


def test_difference_by_character():
    assert version_diff("二人到场", "三人到场") == [("deleted", "二"), ("inserted", "三"), ("same", "人到场")]


def test_factory_clause_is_in_force():
    assert current(clause_in_force("须复核。")).text == "须复核。"
