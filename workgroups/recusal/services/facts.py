"""How a fact comes into being and passes from state to state; shared by all commands of recusal."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from admissions.audit.trail import acting_name
from admissions.core.transitions import move

from ..enums import FACT_TRANSITIONS, CandidateAnswer, FactSource, FactState, RelationCategory, ScopeKind
from ..models import DeclaredRelation, FactPassage, RecusalFact


@dataclass(frozen=True)
class Scope:
    """From what somebody is recused: kind, key and the words people read."""

    kind: str
    key: str
    label: str


def scope_of_relation(relation: DeclaredRelation) -> Scope | None:
    """The scope a declared relation leads to at once; None where only the comparison can tell."""
    category = relation.category
    if category == RelationCategory.RELATIVE:
        if relation.candidate_answer != CandidateAnswer.YES:
            return None
        return Scope(ScopeKind.CANDIDATE, relation.id_digest, f"报考的亲属：{relation.what}")
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
    actor: Any,
    season: Any,
    person: Any,
    scope: Scope,
    source: FactSource,
    state: FactState,
    reason: str,
    clause: str = "",
    relation: DeclaredRelation | None = None,
    since: date | None = None,
    screening: Any = None,
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
    fact.full_clean()
    fact.save()
    write_passage(fact, "", source=source, actor=actor, reason=reason, clause=clause, screening=screening)
    return fact


def pass_to(
    fact: RecusalFact, state: FactState, *, source: FactSource, actor: Any, reason: str, clause: str = ""
) -> None:
    """Move a locked fact to another state and write the passage."""
    before = fact.state
    fact.state = move(FACT_TRANSITIONS, before, state)
    fact.full_clean()
    fact.save()
    write_passage(fact, before, source=source, actor=actor, reason=reason, clause=clause)


def write_passage(
    fact: RecusalFact,
    before: str,
    *,
    source: str,
    actor: Any,
    reason: str,
    clause: str = "",
    screening: Any = None,
) -> None:
    """One row of the fact's course; also for a corroboration that leaves the state as it is."""
    passage = FactPassage(
        fact=fact,
        from_state=before,
        to_state=fact.state,
        source=source,
        actor=actor,
        actor_name=acting_name(actor),
        reason=reason,
        clause=clause,
        screening=screening,
        at=timezone.now(),
    )
    passage.full_clean()
    passage.save()


def standing_fact(season: Any, person: Any, scope: Scope) -> RecusalFact | None:
    """The fact about the same person and thing that is not expired, locked; for commands only."""
    return (
        RecusalFact.objects.select_for_update(of=("self",))
        .filter(season=season, person=person, scope_kind=scope.kind, scope_key=scope.key)
        .exclude(state=FactState.EXPIRED)
        .first()
    )
