"""事后发现: every act since the relation began is looked at again, and the last answer closes it. And to what a relation leads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.audit.actions import Action
from admissions.audit.enums import Outcome
from admissions.audit.scope import TrailScope
from admissions.audit.trail import write_event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about, officer
from tests.factories.requests import fresh
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import WorkGroupFactory
from workgroups.recusal.enums import ActResult, DiscoveryState, RelationCategory, ScopeKind
from workgroups.recusal.models import ActReview, DeclaredRelation
from workgroups.recusal.services.facts import scope_of_relation
from workgroups.recusal.services.reviewing import open_discovery, review_act

pytestmark = pytest.mark.django_db


@pytest.fixture
def fact():
    return fact_about(UserFactory(), OpenSeasonFactory(), kind=ScopeKind.INSTITUTION, key=InstitutionFactory().pk)


def acted(fact, subject=None, person=None):
    group = WorkGroupFactory(season=fact.season)
    action = Action("season.correct", "更正录取季", person or fact.person, "测试", target=group)
    scope = group.trail_scope().joined(TrailScope(subjects=(subject or fact.subject,)))
    return write_event(action, Outcome.DONE, scope), f"更正录取季：{group}"


def opened(fact, reviewer=None):
    since = timezone.now() - timedelta(days=1)
    return open_discovery(
        actor=officer(), reason="举报属实", fact=fact, since=since, reviewer=reviewer or UserFactory()
    )


def test_without_an_act_it_is_closed_at_once(fact):
    acted(fact, subject="institution:0")
    acted(fact, person=UserFactory())
    discovery = opened(fact)
    assert discovery.state == DiscoveryState.CLOSED
    assert discovery.closed_at is not None
    assert not ActReview.objects.exists()


def test_each_act_waits_for_its_answer_and_the_last_closes_it(fact):
    made, reviewer = [acted(fact), acted(fact)], UserFactory()
    discovery = opened(fact, reviewer)
    assert (discovery.state, discovery.closed_at) == (DiscoveryState.OPEN, None)
    assert [(row.act_id, row.act_label) for row in discovery.reviews.order_by("act_at", "pk")] == made
    first, second = discovery.reviews.order_by("pk")
    with pytest.raises(Refused, match="由指定的复查人复查"):
        review_act(actor=UserFactory(), reason="无误", review=first, result=ActResult.UPHOLD)
    review_act(actor=reviewer, reason="无误", review=first, result=ActResult.UPHOLD)
    assert (fresh(discovery).state, fresh(first).reviewed_by) == (DiscoveryState.OPEN, reviewer)
    review_act(actor=reviewer, reason="重办", review=second, result=ActResult.REDO)
    done = fresh(discovery)
    assert done.state == DiscoveryState.CLOSED
    assert done.closed_at is not None


@pytest.mark.parametrize("category", [RelationCategory.PART_TIME_COLLEGE, RelationCategory.RELATIVE_AT_COLLEGE])
def test_a_tie_to_a_college_leads_to_the_college(category):
    institution = InstitutionFactory()
    scope = scope_of_relation(DeclaredRelation(category=category, institution=institution))
    assert (scope.kind, scope.key, scope.label) == (ScopeKind.INSTITUTION, str(institution.pk), str(institution))


def test_a_tie_to_a_school_or_a_colleague_leads_there():
    colleague = UserFactory()
    scope = scope_of_relation(DeclaredRelation(category=RelationCategory.FORMER_SCHOOL, school="第一中学"))
    assert (scope.kind, scope.key, scope.label) == (ScopeKind.SCHOOL, "第一中学", "第一中学")
    scope = scope_of_relation(DeclaredRelation(category=RelationCategory.STAFF, staff=colleague))
    assert (scope.kind, scope.key, scope.label) == (ScopeKind.PERSON, str(colleague.pk), str(colleague))
