"""#18: what one is recused from is subtracted from rows and refused by rules."""

import pytest

from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant, User
from admissions.audit.access import forget_answers, recused_scope
from admissions.audit.gate import not_recused
from admissions.audit.models import Event
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.recusal import (
    at_college,
    declared,
    fact_about,
    officer,
    ruled,
)
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import AppointmentFactory, SeasonFactory
from workgroups.appointments.models import Appointment
from workgroups.recusal.enums import ENFORCED, FactState, ScopeKind, Verdict
from workgroups.recusal.models import DeclaredRelation, RecusalDeclaration, RecusalFact

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return SeasonFactory()


@pytest.mark.parametrize("state", FactState)
def test_everything_not_cleared_is_enforced(season, state):
    person, other = UserFactory(), UserFactory()
    fact_about(person, season, key=other.pk, state=state)
    assert (other.pk in recused_scope(person).persons) == (state in ENFORCED)


def test_each_kind_of_scope_reaches_its_own_keys(season):
    person, other = UserFactory(), UserFactory()
    keys = {
        ScopeKind.PERSON: other.pk,
        ScopeKind.INSTITUTION: 7,
        ScopeKind.CANDIDATE: "h1:ab",
        ScopeKind.DISTRICT: "430102",
        ScopeKind.SCHOOL: "某中学",
        ScopeKind.MATTER: "relation-1",
    }
    for kind, key in keys.items():
        fact_about(person, season, kind=kind, key=key)
    scope = recused_scope(person)
    assert (scope.persons, scope.institutions, scope.candidates) == ({other.pk}, {7}, {"h1:ab"})
    assert (scope.districts, scope.schools) == ({"430102"}, {"某中学"})


def test_nobody_is_hidden_from_themself(season):
    person = UserFactory()
    fact_about(person, season, key=person.pk)
    assert recused_scope(person).persons == frozenset()


def test_the_records_of_the_person_are_gone(season):
    viewer, hidden, other = officer(), UserFactory(), UserFactory()
    RoleGrantFactory(user=viewer, role=Role.SECRETARIAT)
    theirs, others = AppointmentFactory(person=hidden), AppointmentFactory(person=other)
    declared(hidden, season)
    declared(other, season)
    grant = RoleGrantFactory(user=hidden, role=Role.TRAINING_OFFICER)
    fact_about(viewer, season, key=hidden.pk)
    assert list(Appointment.objects.visible_to(viewer)) == [others]
    assert [row.person for row in RecusalDeclaration.objects.visible_to(viewer)] == [other]
    assert hidden not in User.objects.visible_to(viewer)
    assert grant not in RoleGrant.objects.visible_to(viewer)
    assert theirs in Appointment.objects.visible_to(hidden)


def test_events_about_the_person_are_gone(season):
    viewer, hidden = UserFactory(), UserFactory()
    RoleGrantFactory(user=viewer, role=Role.SUPERVISOR)
    declared(hidden, season)
    assert Event.objects.visible_to(viewer).filter(person_id=hidden.pk).exists()
    fact_about(viewer, season, key=hidden.pk)
    assert not Event.objects.visible_to(viewer).filter(person_id=hidden.pk).exists()


def test_own_facts_and_relations_stay_readable(season):
    person, college = UserFactory(), InstitutionFactory()
    declared(person, season, at_college(college))
    forget_answers(person)
    assert recused_scope(person).institutions == {college.pk}
    assert RecusalFact.objects.visible_to(person).count() == 1
    assert DeclaredRelation.objects.visible_to(person).count() == 1


def test_an_officer_tied_to_a_college_does_not_see_who_else_is(season):
    viewer, other, college = officer(), UserFactory(), InstitutionFactory()
    declared(other, season, at_college(college))
    assert RecusalFact.objects.visible_to(viewer).count() == 1
    declared(viewer, season, at_college(college))
    forget_answers(viewer)
    assert [fact.person for fact in RecusalFact.objects.visible_to(viewer)] == [viewer]
    assert [row.declaration.person for row in DeclaredRelation.objects.visible_to(viewer)] == [viewer]


class TestVeto:
    """`not_recused` answers for anything audited, by its ledger scope and its RECUSAL_PATHS."""

    def test_person(self, season):
        actor, other = UserFactory(), UserFactory()
        appointment = AppointmentFactory(person=other)
        assert not_recused(actor, appointment).ok
        fact_about(actor, season, key=other.pk)
        answer = not_recused(actor, appointment)
        assert not answer.ok
        assert "回避义务" in answer.reason
        assert not not_recused(actor, other).ok

    def test_institution(self, season):
        actor, college = UserFactory(), InstitutionFactory()
        fact_about(actor, season, kind=ScopeKind.INSTITUTION, key=college.pk)
        assert not not_recused(actor, college).ok
        assert not_recused(actor, InstitutionFactory()).ok

    def test_ends_with_the_ruling(self, season):
        actor, college = UserFactory(), InstitutionFactory()
        fact = fact_about(actor, season, kind=ScopeKind.INSTITUTION, key=college.pk)
        ruled(fact, Verdict.CLEAR)
        forget_answers(actor)
        assert not_recused(actor, college).ok
