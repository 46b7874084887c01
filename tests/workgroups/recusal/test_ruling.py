"""裁定与复签: two persons, neither concerned, neither recused; the database agrees."""

from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from admissions.accounts.enums import Employment, Role
from admissions.audit.access import forget_answers
from admissions.audit.actions import Origin, coming_from
from admissions.core.decision import Refused
from admissions.core.transitions import move
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.recusal import fact_about, officer, ruled
from tests.factories.workgroups import SeasonFactory, WorkGroupFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.recusal import rules
from workgroups.recusal.consequences import bars_service, of_fact
from workgroups.recusal.enums import (
    ENFORCED,
    FACT_TRANSITIONS,
    FactState,
    RulingLevel,
    RulingState,
    ScopeKind,
    Verdict,
)
from workgroups.recusal.models import FactRuling, RecusalFact
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.services.ruling import (
    cosign_fact_ruling,
    register_fact,
    return_fact_ruling,
    rule_fact,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return SeasonFactory()


@pytest.fixture
def fact(season):
    return fact_about(UserFactory(), season, kind=ScopeKind.INSTITUTION, key=7)


def rule(actor, fact, verdict=Verdict.CONFIRM, **fields):
    return rule_fact(actor=actor, reason="经核实", fact=fact, verdict=verdict, **fields)


@pytest.mark.parametrize(("before", "after"), list(product(FactState, FactState)))
def test_passages_are_those_of_the_table(before, after):
    if after in FACT_TRANSITIONS[before]:
        assert move(FACT_TRANSITIONS, before, after) == after
    else:
        with pytest.raises(Refused):
            move(FACT_TRANSITIONS, before, after)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.CONFIRM, "confirmed"), (Verdict.CLEAR, "cleared"), (Verdict.EXPIRE, "expired")],
)
def test_a_ruling_takes_effect_with_the_second_signature(fact, verdict, state):
    first, second = officer(), officer()
    ruling = rule(first, fact, verdict)
    fact.refresh_from_db()
    assert (fact.state, fact.is_enforced) == (FactState.SUSPECTED, True)
    cosign_fact_ruling(actor=second, reason="同意", ruling=ruling)
    fact.refresh_from_db()
    ruling.refresh_from_db()
    assert fact.state == state
    assert (ruling.state, ruling.second_officer) == (RulingState.SIGNED, second)
    assert_recorded("recusal.rule", actor=first, reason="经核实")
    assert_recorded("recusal.cosign", actor=second, target=ruling, reason="同意")
    assert [p.to_status for p in fact.passages.all()] == [FactState.SUSPECTED, state]


def test_nobody_signs_twice(fact):
    first = officer()
    ruling = rule(first, fact)
    with pytest.raises(Refused, match="裁定人以外的人"):
        cosign_fact_ruling(actor=first, reason="同意", ruling=ruling)
    assert_refused("recusal.cosign", actor=first)


def test_nobody_rules_on_their_own_fact(season):
    """The gate refuses already: one keeps away from what one's own fact names; the rule says it of any fact of one's own."""
    own = officer()
    fact = fact_about(own, season, kind=ScopeKind.INSTITUTION, key=7)
    with pytest.raises(Refused, match="回避义务"):
        rule(own, fact, Verdict.CLEAR)
    ruling = rule(officer(), fact)
    with pytest.raises(Refused, match="回避义务"):
        cosign_fact_ruling(actor=own, reason="同意", ruling=ruling)
    with pytest.raises(Refused, match="回避义务"):
        return_fact_ruling(actor=own, reason="退回", ruling=ruling)
    fact.refresh_from_db()
    assert fact.state == FactState.SUSPECTED


def test_the_rules_say_that_nobody_decides_on_their_own_fact(season):
    own = officer()
    fact = fact_about(own, season, kind=ScopeKind.MATTER, key="relation-1")
    with pytest.raises(Refused, match="不由当事人本人裁定"):
        rule(own, fact, Verdict.CLEAR)
    ruling = rule(officer(), fact)
    with pytest.raises(Refused, match="不由当事人本人裁定"):
        cosign_fact_ruling(actor=own, reason="同意", ruling=ruling)
    with pytest.raises(Refused, match="不由当事人本人裁定"):
        return_fact_ruling(actor=own, reason="退回", ruling=ruling)
    fact.refresh_from_db()
    assert fact.state == FactState.SUSPECTED


def test_an_officer_recused_from_the_person_does_not_rule(season, fact):
    spouse = officer()
    fact_about(spouse, season, key=fact.person_id)
    with pytest.raises(Refused, match="负有回避义务"):
        rule(spouse, fact)
    ruling = rule(officer(), fact)
    with pytest.raises(Refused, match="负有回避义务"):
        cosign_fact_ruling(actor=spouse, reason="同意", ruling=ruling)


def test_an_officer_recused_from_the_same_college_does_not_rule(season, fact):
    tied = officer()
    fact_about(tied, season, kind=ScopeKind.INSTITUTION, key=7)
    with pytest.raises(Refused, match="负有回避义务"):
        rule(tied, fact)


def test_an_expired_fact_is_not_ruled_upon(fact):
    fact = ruled(fact, Verdict.EXPIRE)
    with pytest.raises(Refused, match="已失效"):
        rule(officer(), fact)


def test_concealment_needs_confirmation(fact):
    with pytest.raises(Refused, match="认定回避"):
        rule(officer(), fact, Verdict.CLEAR, finds_concealment=True)


def test_concealment_is_noted_with_its_clause(fact):
    fact = ruled(fact, finds_concealment=True)
    assert fact.is_concealed
    assert "教育部令第33号）第13条第（一）项" in of_fact(fact)[-1].clause
    assert bars_service(fact)


def test_who_is_slower_reads_who_was_faster(fact):
    slow, fast = officer(), officer()
    seen = {("recusal.recusalfact", fact.pk): fact.revision}
    rule(fast, fact)
    with coming_from(Origin(seen=seen)), pytest.raises(Refused, match=f"已由他人处理：{fast.name}"):
        rule(slow, fact, Verdict.CLEAR)
    assert FactRuling.objects.count() == 1


def test_without_a_form_the_second_ruling_is_refused_too(fact):
    rule(officer(), fact)
    with pytest.raises(Refused, match="正在等待复签"):
        rule(officer(), fact, Verdict.CLEAR)


def test_a_returned_ruling_leaves_the_fact_and_makes_room(fact):
    ruling = rule(officer(), fact, Verdict.CLEAR)
    return_fact_ruling(actor=officer(), reason="理由不足", ruling=ruling)
    fact.refresh_from_db()
    assert fact.state == FactState.SUSPECTED
    assert ruled(fact).state == FactState.CONFIRMED


def test_its_author_may_take_a_draft_back(fact):
    first = officer()
    ruling = rule(first, fact)
    return_fact_ruling(actor=first, reason="写错", ruling=ruling)
    ruling.refresh_from_db()
    assert (ruling.state, ruling.second_officer) == (RulingState.RETURNED, None)


def test_register_is_enforced_at_once_and_once(season):
    person, by = UserFactory(), officer()
    scope = Scope(ScopeKind.INSTITUTION, "7", "某校")
    fact = register_fact(actor=by, reason="群众反映", season=season, person=person, scope=scope)
    assert fact.state == FactState.SUSPECTED
    assert_recorded("recusal.register", actor=by, target=fact, reason="群众反映")
    with pytest.raises(Refused, match="已有登记"):
        register_fact(actor=officer(), reason="再报", season=season, person=person, scope=scope)


def test_nobody_registers_for_themself(season):
    own = officer()
    with pytest.raises(Refused, match="不由当事人本人"):
        register_fact(actor=own, reason="我", season=season, person=own, scope=Scope("institution", "7", "某校"))


class TestRoles:
    @pytest.mark.parametrize(("role", "state"), list(product(Role, FactState)))
    def test_only_recusal_officers_rule_and_not_on_expired_facts(self, season, role, state):
        fact = fact_about(UserFactory(), season, kind=ScopeKind.INSTITUTION, key=7, state=state)
        allowed = role == Role.RECUSAL_OFFICER and state != FactState.EXPIRED
        assert rules.can_rule_fact(user_with(role), fact).ok == allowed

    @pytest.mark.parametrize("role", Role)
    def test_only_recusal_officers_cosign(self, fact, role):
        ruling = rule(officer(), fact)
        assert rules.can_cosign(user_with(role), ruling, fact.season_id).ok == (role == Role.RECUSAL_OFFICER)

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("state", FactState)
    def test_nobody_rules_on_themself_whatever_the_role(self, season, role, state):
        user = user_with(role)
        fact = fact_about(user, season, kind=ScopeKind.INSTITUTION, key=7, state=state)
        assert not rules.can_rule_fact(user, fact).ok

    def test_an_officer_of_another_season_does_not_rule(self, fact):
        other = user_with(Role.RECUSAL_OFFICER, season=SeasonFactory())
        assert not rules.can_rule_fact(other, fact).ok

    @pytest.mark.parametrize(("role", "state"), list(product(Role, FactState)))
    def test_reading_follows_the_role(self, season, role, state):
        fact = fact_about(UserFactory(), season, kind=ScopeKind.INSTITUTION, key=7, state=state)
        seen = RecusalFact.objects.visible_to(user_with(role)).filter(pk=fact.pk).exists()
        assert seen == (role in (Role.RECUSAL_OFFICER, Role.SUPERVISOR))


class TestHead:
    """#19: a head's recusal is decided one level up."""

    @pytest.fixture
    def tree(self, season):
        top = WorkGroupFactory(season=season)
        group = WorkGroupFactory(season=season, parent=top)
        return leader_of(top, status="on_duty").person, leader_of(group, status="on_duty").person

    def test_cosigned_by_the_leader_above(self, season, tree):
        above, head = tree
        fact = fact_about(head, season, kind=ScopeKind.INSTITUTION, key=7)
        ruling = rule(officer(), fact)
        assert ruling.level == RulingLevel.LEVEL_UP
        with pytest.raises(Refused, match="上一级工作组组长"):
            cosign_fact_ruling(actor=officer(), reason="同意", ruling=ruling)
        cosign_fact_ruling(actor=above, reason="同意", ruling=ruling)
        fact.refresh_from_db()
        assert fact.state == FactState.CONFIRMED

    def test_leader_above_sees_it_without_any_role(self, season, tree):
        above, head = tree
        fact = fact_about(head, season, kind=ScopeKind.INSTITUTION, key=7)
        other = fact_about(UserFactory(), season, kind=ScopeKind.INSTITUTION, key=8)
        assert list(RecusalFact.objects.visible_to(above)) == [fact]
        assert other.pk

    def test_a_leader_above_who_is_recused_from_the_head_cannot_cosign(self, season, tree):
        above, head = tree
        fact = fact_about(head, season, kind=ScopeKind.INSTITUTION, key=7)
        ruling = rule(officer(), fact)
        fact_about(above, season, key=head.pk)
        with pytest.raises(Refused, match="负有回避义务"):
            cosign_fact_ruling(actor=above, reason="同意", ruling=ruling)

    def test_the_top_head_needs_the_superiors_order(self, season, tree):
        above, _ = tree
        fact = fact_about(above, season, kind=ScopeKind.INSTITUTION, key=7)
        with pytest.raises(Refused, match="上级机关指定"):
            rule(officer(), fact)
        ruling = rule(officer(), fact, superior_order="省招委〔2026〕3号")
        assert (ruling.level, ruling.superior_order) == (RulingLevel.SUPERIOR, "省招委〔2026〕3号")
        cosign_fact_ruling(actor=officer(), reason="同意", ruling=ruling)
        fact.refresh_from_db()
        assert fact.state == FactState.CONFIRMED

    def test_a_head_with_all_roles_still_cannot(self, season, tree):
        _, head = tree
        RoleGrantFactory(user=head, role=Role.RECUSAL_OFFICER)
        RoleGrantFactory(user=head, role=Role.SECRETARIAT)
        fact = fact_about(head, season, kind=ScopeKind.INSTITUTION, key=7)
        assert not rules.can_rule_fact(head, fact).ok


class TestDatabase:
    """The same, past the application."""

    def ruling(self, fact, **fields):
        now = timezone.now()
        values = {
            "fact": fact,
            "person": fact.person,
            "verdict": "clear",
            "reason": "直接写入",
            "first_officer": fields.get("first_officer") or officer(),
            "first_name": "甲",
            "first_signed_at": now,
            "second_signed_at": now,
            "state": "signed",
        }
        return FactRuling(**{**values, **fields})

    def refused(self, ruling, name):
        with pytest.raises(IntegrityError) as refusal, setting_up():
            ruling.save()
        assert refusal.value.__cause__.diag.constraint_name == name

    def test_one_person_cannot_sign_twice(self, fact):
        one = officer()
        self.refused(self.ruling(fact, first_officer=one, second_officer=one), "factruling_two_persons")

    def test_the_person_concerned_signs_nowhere(self, fact):
        self.refused(self.ruling(fact, first_officer=fact.person, second_officer=officer()), "factruling_not_own_first")
        self.refused(self.ruling(fact, second_officer=fact.person), "factruling_not_own_second")

    def test_signed_without_second_signature_does_not_exist(self, fact):
        self.refused(self.ruling(fact, second_officer=None), "factruling_signed_twice")

    def test_a_recused_signer_is_refused(self, fact, season):
        spouse = officer()
        fact_about(spouse, season, key=fact.person_id)
        self.refused(self.ruling(fact, second_officer=spouse), "factruling_not_recused")
        self.refused(self.ruling(fact, first_officer=spouse, second_officer=officer()), "factruling_not_recused")

    def test_a_cleared_recusal_from_the_person_does_not_hinder(self, fact, season):
        once = officer()
        fact_about(once, season, key=fact.person_id, state=FactState.CLEARED)
        with setting_up():
            self.ruling(fact, second_officer=once).save()
        assert FactRuling.objects.count() == 1

    def test_the_same_thing_is_registered_once(self, fact, season):
        with pytest.raises(ValidationError, match="已有登记"):
            fact_about(fact.person, season, kind=ScopeKind.INSTITUTION, key=7)

    def test_the_trigger_knows_the_enforced_states(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'recusal_signers_not_recused'")
            (source,) = cursor.fetchone()
        for state in FactState:
            assert (f"'{state.value}'" in source) == (state in ENFORCED)


@pytest.mark.parametrize(
    ("employment", "serves"),
    [(Employment.FULL_TIME, True), (Employment.SECONDED, False), (Employment.EXTERNAL, False)],
)
def test_candidate_relative_full_time_stays_others_do_not_serve(season, employment, serves):
    person = UserFactory(employment=employment)
    fact = fact_about(person, season, kind=ScopeKind.CANDIDATE, key="h1:x", is_candidate_relative=True)
    assert bars_service(fact) is not serves
    assert "教考试〔2009〕2号" in of_fact(fact)[0].clause
    forget_answers(person)
    assert not bars_service(ruled(fact, Verdict.CLEAR))


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    """One of them is faster; the other is told, and nothing stands on record twice."""

    def test_ruling_on_the_same_fact(self, fact):
        officers = [officer(), officer()]
        results = together(*(lambda person=person: rule(person, fact) for person in officers))
        assert sorted(type(result).__name__ for result in results) == ["FactRuling", "Refused"]
        assert FactRuling.objects.filter(fact=fact).count() == 1

    def test_signing_the_same_ruling(self, fact):
        ruling, officers = rule(officer(), fact), [officer(), officer()]
        results = together(
            *(
                lambda person=person: cosign_fact_ruling(actor=person, reason="同意", ruling=ruling)
                for person in officers
            )
        )
        assert sum(isinstance(result, Refused) for result in results) == 1
        fact.refresh_from_db()
        ruling.refresh_from_db()
        assert (fact.state, ruling.state) == (FactState.CONFIRMED, RulingState.SIGNED)
        assert fact.passages.filter(to_status=FactState.CONFIRMED).count() == 1

    def test_signing_and_sending_back(self, fact):
        ruling = rule(officer(), fact)
        first, second = officer(), officer()
        results = together(
            lambda: cosign_fact_ruling(actor=first, reason="同意", ruling=ruling),
            lambda: return_fact_ruling(actor=second, reason="再核", ruling=ruling),
        )
        assert sum(isinstance(result, Refused) for result in results) == 1
        fact.refresh_from_db()
        ruling.refresh_from_db()
        assert (fact.state, ruling.state) in (
            (FactState.CONFIRMED, RulingState.SIGNED),
            (FactState.SUSPECTED, RulingState.RETURNED),
        )
