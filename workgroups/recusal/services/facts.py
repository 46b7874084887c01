"""How a fact comes into being and passes from state to state; shared by all commands of recusal."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit import passages
from admissions.audit.scope import TrailScope
from admissions.core.promises import promised
from admissions.seasons.models import Season

from ..enums import FACT_TRANSITIONS, CandidateAnswer, FactSource, FactState, RelationCategory, ScopeKind
from ..models import DeclaredRelation, FactPassage, RecusalFact, Screening


@dataclass(frozen=True)
class Scope:
    """From what somebody is recused: kind, key and the words people read."""

    kind: str
    key: str
    label: str

    def trail_scope(self) -> TrailScope:
        return TrailScope(subjects=(f"{self.kind}:{self.key}",))


def scope_of_relation(relation: DeclaredRelation) -> Scope | None:
    """The scope a declared relation leads to at once; None where only the comparison can tell."""
    category = relation.category
    if category == RelationCategory.RELATIVE:
        if relation.candidate_answer != CandidateAnswer.YES:
            return None
        return Scope(ScopeKind.CANDIDATE, promised(relation.id_digest), f"报考的亲属：{relation.what}")
    if category in (RelationCategory.PART_TIME_COLLEGE, RelationCategory.RELATIVE_AT_COLLEGE):
        return Scope(ScopeKind.INSTITUTION, str(relation.institution_id), str(relation.institution))
    if category == RelationCategory.FORMER_SCHOOL:
        return Scope(ScopeKind.SCHOOL, relation.school, relation.school)
    if category == RelationCategory.STAFF:
        return Scope(ScopeKind.PERSON, str(relation.staff_id), str(relation.staff))
    return Scope(
        ScopeKind.MATTER, f"relation-{relation.pk}", f"{relation.get_category_display()}：{relation.what}"[:200]
    )


def add_fact(
    *,
    actor: User | None,
    season: Season,
    person: User,
    scope: Scope,
    source: FactSource,
    state: FactState,
    reason: str,
    clause: str = "",
    relation: DeclaredRelation | None = None,
    since: date | None = None,
    screening: Screening | None = None,
    **details: Any,
) -> RecusalFact:
    """Insert a fact with its first passage."""
    fact = RecusalFact(
        season=season,
        person=person,
        scope_kind=scope.kind,
        scope_key=scope.key,
        scope_label=scope.label[:200],
        source=source,
        state=state,
        reason=reason,
        relation=relation,
        relation_since=since,
        created_at=timezone.now(),
        **details,
    )
    more = {"source": source, "clause": clause, "screening": screening}
    return passages.begin(fact, FactPassage, actor=actor, reason=reason, **more)


def pass_to(fact: RecusalFact, state: FactState, *, source: str, actor: User, reason: str, clause: str = "") -> None:
    """Move a locked fact to another state and write the passage."""
    passages.pass_to(
        fact, state, FACT_TRANSITIONS, FactPassage, actor=actor, reason=reason, source=source, clause=clause
    )


def corroborate(
    fact: RecusalFact,
    *,
    source: str,
    actor: User | None,
    reason: str,
    clause: str = "",
    screening: Screening | None = None,
) -> None:
    """One row more of the fact's course, which leaves its state as it is."""
    more = {"source": source, "clause": clause, "screening": screening}
    passages.note(fact, fact.state, FactPassage, actor=actor, reason=reason, **more)


def standing_fact(season: Season, person: User, scope: Scope) -> RecusalFact | None:
    """The fact about the same person and thing that is not expired, locked; for commands only."""
    return (
        RecusalFact.objects.select_for_update(of=("self",))
        .filter(season=season, person=person, scope_kind=scope.kind, scope_key=scope.key)
        .exclude(state=FactState.EXPIRED)
        .first()
    )
