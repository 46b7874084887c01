"""Facts beside the commands: each has its clause or says why not, one weight, and codes that exist."""

import pytest
from django.urls import get_resolver

from admissions.audit.commands import REGISTRY, command
from admissions.audit.facts import FACTS, Facts, No, Weight, altering, checked_by, of_weight
from admissions.core.citations import CITED, cite
from admissions.rulebook.citations import cited_clauses_exist

_ = get_resolver().url_patterns  # every page, and with it every command
OURS = [facts for code, facts in FACTS.items() if not code.startswith(("test.", "bench."))]


@pytest.mark.parametrize("facts", OURS, ids=lambda facts: facts.code)
def test_a_command_rests_on_a_clause_or_says_why_on_none(facts):
    if isinstance(facts.clause, No):
        assert (facts.citation, len(facts.clause.why) >= 8) == ("", True)
    else:
        assert facts.citation.startswith("《")


def test_most_commands_rest_on_a_clause():
    without = [facts.code for facts in OURS if isinstance(facts.clause, No)]
    assert len(without) * 8 < len(OURS), without


def test_every_code_that_facts_name_is_an_act_of_the_product():
    pairs = checked_by()
    assert sorted({*pairs, *pairs.values(), *altering()} - set(REGISTRY)) == []
    assert [code for code in pairs if pairs[code] == code] == []


def test_what_decides_is_sealed_and_asks_who_is_there_too():
    assert set(of_weight(Weight.DECISIVE)) < set(of_weight(Weight.BINDING)) < set(FACTS)
    for code in ("appointments.confirm", "grant.give", "season.close", "recusal.cosign"):
        assert FACTS[code].weight == Weight.DECISIVE


def test_a_cited_clause_that_the_rulebook_has_not_stops_the_start():
    assert cited_clauses_exist(None) == []
    cite("no-such-clause")
    try:
        assert [error.id for error in cited_clauses_exist(None)] == ["rulebook.E001"]
    finally:
        CITED.discard("no-such-clause")


def test_a_citation_reads_as_the_rulebook_says():
    assert cite("civil-servant-76") == "《公务员法》第76条"
    assert cite("civil-servant-74", "civil-servant-76") == "《公务员法》第74条、《公务员法》第76条"
    assert cite("house-listed") == "《录取工作管理办理规则》“集体决策事项清单”"


def test_a_clause_is_owed():
    with pytest.raises(TypeError):
        command("test.without_clause", "没有依据")
    with pytest.raises(ValueError):
        No(" ")
    with pytest.raises(ValueError):
        cite()


def test_facts_of_one_command():
    assert FACTS["appointments.confirm"] == Facts(
        "appointments.confirm", "确认任命", cite("responsibility-3"), Weight.DECISIVE, "appointments.propose"
    )
