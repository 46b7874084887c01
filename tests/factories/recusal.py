from datetime import date
from typing import Any

import factory
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.identity import check_character, keyed_digest, masked_tail
from admissions.accounts.models import User
from admissions.audit.access import forget_answers
from admissions.rulebook.enums import ClauseCategory, SourceKind
from admissions.rulebook.models import Clause, RelativeKind, RuleSource
from admissions.seasons.models import Institution, Season
from tests.trail import setting_up
from workgroups.recusal.enums import (
    CandidateAnswer,
    FactSource,
    FactState,
    RelationCategory,
    ScopeKind,
    Verdict,
)
from workgroups.recusal.models import CandidateBatch, CandidateDigest, DeclaredRelation, RecusalFact
from workgroups.recusal.models.candidates import sealed
from workgroups.recusal.services.declaring import declare
from workgroups.recusal.services.facts import Scope, add_fact
from workgroups.recusal.services.ruling import cosign_fact_ruling, rule_fact

from .accounts import UserFactory, user_with
from .base import AuditedFactory
from .workgroups import SeasonFactory


def id_number(serial: int, area: str = "430102", born: str = "20080315") -> str:
    """A well-formed identity number that belongs to nobody."""
    body = f"{area}{born}{serial % 1000:03}"
    return body + check_character(body)


def many_id_numbers(count: int) -> list[str]:
    """Distinct well-formed numbers: days of birth times serials."""
    first = date(2007, 1, 1).toordinal()
    return [
        id_number(index % 1000, born=date.fromordinal(first + index // 1000).strftime("%Y%m%d"))
        for index in range(count)
    ]


class RuleSourceFactory(AuditedFactory):
    class Meta:
        model = RuleSource
        django_get_or_create = ("code",)

    code = "civil-servants"
    title = "公务员法"
    kind = SourceKind.LAW


class RecusalClauseFactory(AuditedFactory):
    class Meta:
        model = Clause

    code = factory.Sequence(lambda n: f"recusal-test-{n}")
    source = factory.LazyFunction(lambda: RuleSource.objects.first() or RuleSourceFactory())
    number = "第74条"
    category = ClauseCategory.RECUSAL
    title = "亲属范围"


class RelativeKindFactory(AuditedFactory):
    class Meta:
        model = RelativeKind

    code = factory.Sequence(lambda n: f"kind-{n}")
    name = "子女"
    circle = "直系血亲"
    clause = factory.SubFactory(RecusalClauseFactory)


def officer(season: Season | None = None) -> User:
    return user_with(Role.RECUSAL_OFFICER, season=season)


def relative(number: str | None = None, *, answer: str = CandidateAnswer.UNKNOWN, **fields: Any) -> DeclaredRelation:
    """An unsaved relation as the form makes it: digest and tail, never the number."""
    return DeclaredRelation(
        category=RelationCategory.RELATIVE,
        relative_kind=fields.pop("relative_kind", None) or RelativeKindFactory(),
        relative_name="张×",
        id_digest=keyed_digest(number) if number else None,
        id_tail=masked_tail(number) if number else "",
        candidate_answer=answer,
        **fields,
    )


def at_college(institution: Institution) -> DeclaredRelation:
    return DeclaredRelation(category=RelationCategory.PART_TIME_COLLEGE, institution=institution, note="兼职教师")


def declared(person: User, season: Season, *relations: DeclaredRelation) -> Any:
    return declare(actor=person, reason="本人申报", season=season, relations=list(relations))


def fact_about(
    person: User,
    season: Season,
    *,
    kind: str = ScopeKind.PERSON,
    key: Any,
    state: str = FactState.SUSPECTED,
    **fields: Any,
) -> RecusalFact:
    """A fact as the machine would register it."""
    with setting_up():
        fact = add_fact(
            actor=None,
            season=season,
            person=person,
            scope=Scope(kind, str(key), fields.pop("label", f"对象{key}")),
            source=FactSource.SCREENING,
            state=state,
            **{"reason": "测试"} | fields,
        )
    forget_answers(person)
    return fact


def ruled(fact: RecusalFact, verdict: str = Verdict.CONFIRM, **fields: Any) -> RecusalFact:
    """Two officers sign."""
    ruling = rule_fact(actor=officer(), reason="经核实", fact=fact, verdict=verdict, **fields)
    cosign_fact_ruling(actor=officer(), reason="同意", ruling=ruling)
    fact.refresh_from_db()
    forget_answers(fact.person)
    return fact


class CandidateBatchFactory(AuditedFactory):
    class Meta:
        model = CandidateBatch

    season = factory.SubFactory(SeasonFactory)
    file_name = "考生摘要.csv"
    source_hash = factory.Sequence(lambda n: f"{n:064x}")
    uploaded_by = factory.SubFactory(UserFactory)
    confirmed_by = factory.SubFactory(UserFactory)
    confirmed_at = factory.LazyFunction(timezone.now)


def candidates(season: Season, *numbers: str) -> CandidateBatch:
    """A confirmed set of candidates with these numbers."""
    batch = CandidateBatchFactory(season=season, row_count=len(numbers))
    with sealed():
        for index, number in enumerate(numbers):
            CandidateDigest.objects.create(
                batch=batch,
                reference=f"K{batch.pk}-{index:07}",
                id_digest=keyed_digest(number),
                district_code=number[:6],
                school_code="S1",
            )
    return batch
