"""Asking that somebody stands aside: two officers decide, and only what they uphold keeps anybody away."""

import pytest
from django.urls import reverse

from admissions.audit.access import recused_scope
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about, officer
from tests.factories.requests import fresh, person
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.trail import assert_recorded
from workgroups.recusal import todos
from workgroups.recusal.enums import ChallengeState, ChallengeVerdict, FactSource, FactState, RulingState, ScopeKind
from workgroups.recusal.models import RecusalFact
from workgroups.recusal.services.challenging import (
    cosign_challenge,
    raise_challenge,
    return_challenge,
    rule_challenge,
)
from workgroups.recusal.services.facts import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return InstitutionFactory()


@pytest.fixture
def challenge(institution):
    return raised(institution, OpenSeasonFactory())


def raised(institution, season):
    scope = Scope(ScopeKind.INSTITUTION, str(institution.pk), institution.name)
    return raise_challenge(
        actor=UserFactory(),
        reason="其配偶在该校任职",
        season=season,
        subject_person=UserFactory(),
        scope=scope,
    )


def ruled(challenge, verdict, first=None):
    return rule_challenge(actor=first or officer(), reason="经核实", challenge=fresh(challenge), verdict=verdict)


def decided(challenge, verdict):
    ruling = cosign_challenge(actor=officer(), reason="同意", ruling=ruled(challenge, verdict))
    assert ruling.state == RulingState.SIGNED
    return fresh(challenge)


def keeps_away(challenge):
    subject = f"{challenge.scope_kind}:{challenge.scope_key}"
    return subject in recused_scope(person(challenge.subject_person)).subjects()


def test_upheld_it_keeps_the_person_away(challenge):
    ruled(challenge, ChallengeVerdict.UPHOLD)
    assert (fresh(challenge).state, RecusalFact.objects.count()) == (ChallengeState.OPEN, 0)
    assert not keeps_away(challenge)
    cosigner = officer()
    cosign_challenge(actor=cosigner, reason="同意", ruling=challenge.rulings.get())
    done, fact = fresh(challenge), RecusalFact.objects.get()
    assert (done.state, done.fact, done.decision) == (ChallengeState.UPHELD, fact, "经核实")
    assert done.decided_at is not None
    assert (fact.person, fact.season, fact.state) == (challenge.subject_person, challenge.season, FactState.CONFIRMED)
    assert (fact.source, fact.scope_kind, fact.scope_key) == (
        FactSource.CHALLENGE,
        challenge.scope_kind,
        challenge.scope_key,
    )
    assert keeps_away(challenge)
    assert_recorded("recusal.cosign_challenge", actor=cosigner, reason="同意")


def test_dismissed_it_keeps_nobody_away(challenge):
    done = decided(challenge, ChallengeVerdict.DISMISS)
    assert (done.state, done.fact, done.decision) == (ChallengeState.DISMISSED, None, "经核实")
    assert not RecusalFact.objects.exists()
    assert not keeps_away(challenge)


@pytest.mark.parametrize("state", [FactState.SUSPECTED, FactState.DECLARED, FactState.CONFIRMED, FactState.CLEARED])
def test_a_fact_there_is_becomes_confirmed_and_stays_one(challenge, state):
    known = fact_about(
        challenge.subject_person, challenge.season, kind=challenge.scope_kind, key=challenge.scope_key, state=state
    )
    assert decided(challenge, ChallengeVerdict.UPHOLD).fact == known
    fact = RecusalFact.objects.get()
    assert (fact.state, fact.passages.last().source) == (FactState.CONFIRMED, FactSource.CHALLENGE)
    assert keeps_away(challenge)


def test_returned_it_is_decided_anew(challenge):
    ruling = ruled(challenge, ChallengeVerdict.UPHOLD)
    with pytest.raises(Refused, match="正在等待复签"):
        ruled(challenge, ChallengeVerdict.DISMISS)
    return_challenge(actor=officer(), reason="请补充任职证明", ruling=ruling)
    assert (fresh(challenge).state, fresh(ruling).state) == (ChallengeState.OPEN, RulingState.RETURNED)
    assert decided(challenge, ChallengeVerdict.DISMISS).state == ChallengeState.DISMISSED
    with pytest.raises(Refused, match="已作出决定"):
        ruled(challenge, ChallengeVerdict.UPHOLD)


def test_two_others_decide(challenge):
    first = officer()
    ruling = ruled(challenge, ChallengeVerdict.UPHOLD, first)
    with pytest.raises(Refused, match="裁定人以外的人"):
        cosign_challenge(actor=first, reason="同意", ruling=ruling)
    raiser = officer()
    own = raise_challenge(
        actor=raiser,
        reason="其子女报考",
        season=challenge.season,
        subject_person=UserFactory(),
        scope=Scope(challenge.scope_kind, challenge.scope_key, challenge.scope_label),
    )
    with pytest.raises(Refused, match="不由提出人本人决定"):
        ruled(own, ChallengeVerdict.UPHOLD, raiser)
    with pytest.raises(Refused, match="不由提出人本人决定"):
        cosign_challenge(actor=raiser, reason="同意", ruling=ruled(own, ChallengeVerdict.UPHOLD))
    with pytest.raises(Refused, match="申报"):
        raise_challenge(
            actor=raiser,
            reason="本人",
            season=challenge.season,
            subject_person=raiser,
            scope=Scope(challenge.scope_kind, challenge.scope_key, challenge.scope_label),
        )


def test_more_than_the_to_dos_show_are_counted_and_lead_to_the_list(institution, monkeypatch):
    monkeypatch.setattr(todos, "SHOWN", 2)
    season, judge = OpenSeasonFactory(), officer()
    for _ in range(2):
        raised(institution, season)
    assert counted(judge) == []
    for _ in range(3):
        raised(institution, season)
    assert counted(judge) == [("另有3份回避申请", reverse("recusal:challenges"))]


def counted(judge):
    found = [todo for todo in todos.recusal_todos(judge) if todo.verb == "决定"]
    assert len(found) in (2, 3)
    return [(todo.object_label, todo.url) for todo in found if todo.object_label.startswith("另有")]
