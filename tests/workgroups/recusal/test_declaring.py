"""申报: what a person may add, and that nothing they signed can be taken away by them."""

import pytest

from admissions.audit.access import forget_answers, recused_scope
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import (
    at_college,
    declared,
    fact_about,
    id_number,
    officer,
    relative,
    ruled,
)
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import SeasonFactory
from tests.trail import assert_recorded, assert_refused
from workgroups.recusal.enums import (
    CandidateAnswer,
    FactSource,
    FactState,
    ScopeKind,
    Verdict,
    WithdrawalVerdict,
)
from workgroups.recusal.models import DeclaredRelation, FactPassage, RecusalDeclaration, RecusalFact
from workgroups.recusal.selectors import relations_of
from workgroups.recusal.services.declaring import acknowledge, ask_withdrawal
from workgroups.recusal.services.ruling import cosign_withdrawal, rule_withdrawal
from workgroups.recusal.signed_statement import content_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return SeasonFactory()


@pytest.fixture
def person():
    return UserFactory()


def test_none_is_a_signed_statement(season, person):
    declaration = declared(person, season)
    assert declaration.is_none
    assert declaration.version == 1
    assert "没有应当申报回避的情形" in declaration.statement
    assert declaration.content == []
    assert declaration.content_hash == content_hash(declaration.statement, [])
    assert_recorded("recusal.declare", actor=person, target=declaration, reason="本人申报")


def test_candidate_relative_becomes_a_declared_fact(season, person):
    number = id_number(1)
    declared(person, season, relative(number, answer=CandidateAnswer.YES))
    fact = RecusalFact.objects.get(person=person)
    assert (fact.scope_kind, fact.state, fact.source) == (ScopeKind.CANDIDATE, FactState.DECLARED, FactSource.OWN)
    assert fact.is_candidate_relative
    assert fact.scope_key.startswith("h1:")
    assert [passage.to_status for passage in fact.passages.all()] == [FactState.DECLARED]


def test_relative_who_may_be_a_candidate_waits_for_the_comparison(season, person):
    declared(person, season, relative(id_number(1), answer=CandidateAnswer.NO))
    assert RecusalFact.objects.count() == 0
    assert DeclaredRelation.objects.count() == 1


def test_college_tie_is_enforced_at_once(season, person):
    college = InstitutionFactory()
    declared(person, season, at_college(college))
    forget_answers(person)
    assert recused_scope(person).institutions == {college.pk}


def test_a_candidate_without_number_is_refused(season, person):
    with pytest.raises(Exception, match="须填写其证件号码"):
        declared(person, season, relative(None, answer=CandidateAnswer.YES))
    assert RecusalDeclaration.objects.count() == 0


def test_new_version_keeps_the_earlier_relations(season, person):
    declared(person, season, relative(id_number(1)))
    second = declared(person, season, relative(id_number(2)))
    assert second.version == 2
    assert len(second.content) == 2
    assert "下列2项" in second.statement
    assert [relation.declaration.version for relation in relations_of(person, season)] == [1, 2]


def test_none_after_relations_is_refused(season, person):
    declared(person, season, relative(id_number(1)))
    with pytest.raises(Refused, match="不能改报“无”"):
        declared(person, season)
    assert_refused("recusal.declare", actor=person)


def test_none_may_be_followed_by_relations(season, person):
    declared(person, season)
    assert declared(person, season, relative(id_number(1))).version == 2


def test_declaring_what_was_suspected_confirms_the_suspicion(season, person):
    college = InstitutionFactory()
    fact = fact_about(person, season, kind=ScopeKind.INSTITUTION, key=college.pk)
    declared(person, season, at_college(college))
    fact.refresh_from_db()
    assert fact.state == FactState.DECLARED
    assert RecusalFact.objects.count() == 1


def test_declaring_again_what_was_cleared_opens_it_again(season, person):
    college = InstitutionFactory()
    fact = ruled(fact_about(person, season, kind=ScopeKind.INSTITUTION, key=college.pk), Verdict.CLEAR)
    declared(person, season, at_college(college))
    fact.refresh_from_db()
    assert fact.state == FactState.DECLARED


def test_declaring_again_what_was_confirmed_adds_only_a_passage(season, person):
    college = InstitutionFactory()
    fact = ruled(fact_about(person, season, kind=ScopeKind.INSTITUTION, key=college.pk))
    declared(person, season, at_college(college))
    fact.refresh_from_db()
    assert fact.state == FactState.CONFIRMED
    assert FactPassage.objects.filter(fact=fact).count() == 3


def test_person_confirms_a_suspicion_and_only_their_own(season, person):
    fact = fact_about(person, season, key=UserFactory().pk)
    with pytest.raises(Refused, match="只能由本人确认"):
        acknowledge(actor=UserFactory(), reason="确认", fact=fact)
    acknowledge(actor=person, reason="属实", fact=fact)
    fact.refresh_from_db()
    assert fact.state == FactState.DECLARED
    assert_recorded("recusal.acknowledge", actor=person, target=fact, reason="属实")


def test_closed_season_takes_no_declaration(person):
    season = SeasonFactory(status="closed")
    with pytest.raises(Refused, match="录取季已结束"):
        declared(person, season)


class TestWithdrawal:
    def test_relation_stays_until_two_officers_agree(self, season, person):
        declared(person, season, relative(id_number(1), answer=CandidateAnswer.YES))
        relation = DeclaredRelation.objects.get()
        request = ask_withdrawal(actor=person, reason="证件号填错", relation=relation)
        fact = RecusalFact.objects.get()
        assert fact.state == FactState.DECLARED
        ruling = rule_withdrawal(actor=officer(), reason="属实", request=request, verdict=WithdrawalVerdict.AGREE)
        relation.refresh_from_db()
        assert relation.withdrawn_at is None
        cosign_withdrawal(actor=officer(), reason="同意", ruling=ruling)
        relation.refresh_from_db()
        fact.refresh_from_db()
        assert relation.withdrawn_at is not None
        assert fact.state == FactState.EXPIRED
        assert relations_of(person, season) == []

    def test_rejected_withdrawal_changes_nothing(self, season, person):
        declared(person, season, relative(id_number(1)))
        relation = DeclaredRelation.objects.get()
        request = ask_withdrawal(actor=person, reason="不想报", relation=relation)
        ruling = rule_withdrawal(actor=officer(), reason="不属实", request=request, verdict=WithdrawalVerdict.REJECT)
        cosign_withdrawal(actor=officer(), reason="同意", ruling=ruling)
        request.refresh_from_db()
        assert request.answered_at is not None
        assert relations_of(person, season) == [relation]

    def test_one_request_at_a_time(self, season, person):
        declared(person, season, relative(id_number(1)))
        relation = DeclaredRelation.objects.get()
        ask_withdrawal(actor=person, reason="一", relation=relation)
        with pytest.raises(Refused, match="正在办理"):
            ask_withdrawal(actor=person, reason="二", relation=relation)

    def test_nobody_asks_for_somebody_else(self, season, person):
        declared(person, season, relative(id_number(1)))
        with pytest.raises(Refused, match="只能由本人"):
            ask_withdrawal(actor=officer(), reason="代", relation=DeclaredRelation.objects.get())

    def test_officer_cannot_rule_on_their_own_request(self, season):
        own = officer()
        declared(own, season, relative(id_number(1)))
        request = ask_withdrawal(actor=own, reason="撤", relation=DeclaredRelation.objects.get())
        with pytest.raises(Refused, match="不由当事人本人裁定"):
            rule_withdrawal(actor=own, reason="同意", request=request, verdict=WithdrawalVerdict.AGREE)
        assert_refused("recusal.rule_withdrawal", actor=own)
