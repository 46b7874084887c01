"""What the pages and other capabilities ask: states of people, the unchecked, acts in a scope."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant, User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.enums import Outcome
from admissions.audit.models import Event, EventQuerySet
from admissions.audit.principals import signed_by
from admissions.seasons.models import Season
from workgroups.appointments.models import Appointment
from workgroups.appointments.state_answer import StateAnswer

from .consequences import bars_service, of_fact
from .enums import ActResult, FactState, RelationCategory, ScopeKind, UncheckedReason
from .models import (
    ActReview,
    CandidateBatch,
    Challenge,
    DeclaredRelation,
    LateDiscovery,
    RecusalDeclaration,
    RecusalFact,
    Screening,
    WithdrawalRequest,
)
from .models.signing import DoubleSigned

OFFICERS = Role.RECUSAL_OFFICER.label


def rulings_for(reader: User, record: RecusalFact | WithdrawalRequest | Challenge) -> list[DoubleSigned]:
    """The written rulings on the record, each with its second signature as this reader may read it."""
    found: list[DoubleSigned] = list(record.rulings.select_related("on_behalf_of"))
    for ruling in found:
        ruling.second_signature = signed_by(ruling.second_name, ruling.on_behalf_of, reader)
    return found


@dataclass(frozen=True)
class Unchecked:
    """未核查: a person, or one of the person's relations, that no comparison covers."""

    person_id: int
    reason: UncheckedReason
    relation: DeclaredRelation | None = None


@dataclass(frozen=True)
class Coverage:
    """What a season's comparisons have covered so far."""

    batch: CandidateBatch | None
    screening: Screening | None

    @property
    def is_current(self) -> bool:
        return self.screening is not None and self.batch is not None and self.screening.batch_id == self.batch.pk


def coverage(season: Season) -> Coverage:
    """The newest confirmed set of candidates and the last finished comparison."""
    screening = Screening.objects.of_season(season).done().order_by("-covers_until", "-id").first()
    return Coverage(CandidateBatch.objects.newest(season), screening)


def roster(season: Season) -> QuerySet[User]:
    """Who must have declared: everybody on a post of the season, everybody who declared, and the officers."""
    seated = Appointment.objects.of_season(season).seated().values("person_id")
    declared = RecusalDeclaration.objects.filter(season=season).values("person_id")
    grants = RoleGrant.objects.live().filter(role=Role.RECUSAL_OFFICER)
    officers = grants.filter(Q(season=season) | Q(season__isnull=True)).values("user_id")
    return User.objects.active().filter(Q(pk__in=seated) | Q(pk__in=declared) | Q(pk__in=officers))


def unchecked(season: Season, people: Iterable[int] | None = None) -> list[Unchecked]:
    """Everybody who cannot be called clean, each with the reason; never empty because nothing was compared."""
    wanted = list(people) if people is not None else list(roster(season).values_list("pk", flat=True))
    declared = set(
        RecusalDeclaration.objects.filter(season=season, person_id__in=wanted).values_list("person_id", flat=True)
    )
    missing = [Unchecked(pk, UncheckedReason.NO_DECLARATION) for pk in wanted if pk not in declared]
    return missing + _unchecked_relations(season, wanted)


def _unchecked_relations(season: Season, people: list[int]) -> list[Unchecked]:
    relations = list(
        DeclaredRelation.objects.standing()
        .filter(declaration__season=season, declaration__person_id__in=people, category=RelationCategory.RELATIVE)
        .exclude(relative_kind__counts_for_screening=False)
        .select_related("declaration", "relative_kind")
        .order_by("declaration__person_id", "id")
    )
    if not relations:
        return []
    found, covered = [], coverage(season)
    for relation in relations:
        reason = _why_unchecked(relation, covered)
        if reason is not None:
            found.append(Unchecked(relation.declaration.person_id, reason, relation))
    return found


def _why_unchecked(relation: DeclaredRelation, covered: Coverage) -> UncheckedReason | None:
    if not relation.id_digest:
        return UncheckedReason.NO_NUMBER
    if covered.batch is None:
        return UncheckedReason.NO_CANDIDATES
    if covered.screening is None or relation.declaration.signed_at > covered.screening.covers_until:
        return UncheckedReason.NOT_SCREENED
    return None if covered.is_current else UncheckedReason.NEWER_CANDIDATES


def recusal_state(person: User, season: Season) -> StateAnswer:
    """Has this person declared, been checked and been ruled upon?"""
    return recusal_states([person], season)[person.pk]


def recusal_states(persons: Iterable[User], season: Season) -> dict[int, StateAnswer]:
    """The answer for each person, with a constant number of queries.

    Not ok: not declared; not checked (未核查); something waits for a ruling; a ruling bars the person from serving.
    """
    people = {person.pk: person for person in persons}
    unchecked_reasons = defaultdict(list)
    for entry in unchecked(season, people):
        unchecked_reasons[entry.person_id].append(entry.reason)
    facts = defaultdict(list)
    for fact in RecusalFact.objects.enforced().filter(season=season, person_id__in=people).order_by("id"):
        fact.person = people[fact.person_id]
        facts[fact.person_id].append(fact)
    return {pk: _answer(unchecked_reasons[pk], facts[pk]) for pk in people}


def kept_apart(people: Iterable[int], others: Iterable[int], season_id: int) -> set[int]:
    """Which of the people must keep away from one of the others, or one of the others from them."""
    people, others = set(people), set(others)
    facts = RecusalFact.objects.enforced().filter(season_id=season_id, scope_kind=ScopeKind.PERSON)
    avoid = facts.filter(person__in=people, scope_key__in=[str(pk) for pk in others]).values_list(
        "person_id", flat=True
    )
    avoided = facts.filter(person__in=others, scope_key__in=[str(pk) for pk in people])
    return {*avoid, *(int(key) for key in avoided.values_list("scope_key", flat=True))}


def recused_from(subjects: Iterable[str], season_id: int) -> set[int]:
    """People who must keep away from one of the ledger subjects (`institution:7`); whoever is a subject is one of them."""
    named = [subject.partition(":") for subject in subjects]
    facts = RecusalFact.objects.enforced().filter(season_id=season_id)
    found = {int(key) for kind, _, key in named if kind == ScopeKind.PERSON}
    for kind, _, key in named:
        found |= set(facts.filter(scope_kind=kind, scope_key=key).values_list("person_id", flat=True))
    return found


def _answer(reasons: list[UncheckedReason], facts: list[RecusalFact]) -> StateAnswer:
    if UncheckedReason.NO_DECLARATION in reasons:
        # Nobody goes on duty without one, and a declaration is never taken back.
        return StateAnswer(False, "尚未申报回避。", "本人", reverse("recusal:own"), keeps_duty=True)
    barred = next((fact for fact in facts if bars_service(fact)), None)
    if barred is not None:
        consequence = next(found for found in of_fact(barred) if not found.may_serve)
        sentence = f"{consequence.sentence}依据：{consequence.clause}。"
        return StateAnswer(False, sentence, OFFICERS, reverse("recusal:own"))
    waiting = sum(fact.is_open for fact in facts)
    if waiting:
        # The gate keeps them from all that it names meanwhile; a post as a whole is not taken by what nobody has ruled on, or
        # any colleague could stop any other by an application.
        return StateAnswer(False, f"有{waiting}项回避事项等待裁定。", OFFICERS, reverse("recusal:own"), keeps_duty=True)
    if reasons:
        return _unchecked_answer(reasons)
    if facts:
        return StateAnswer(True, f"已申报；认定回避{len(facts)}项，留岗并回避。")
    return StateAnswer(True, "已申报，没有应回避的情形。")


def _unchecked_answer(reasons: list[UncheckedReason]) -> StateAnswer:
    """未核查 is not clean; a missing number is for the person, the rest for the officers.

    It takes nothing from whoever is on duty: a newer file of candidates would empty the house in one moment, and nobody must
    pay for declaring one relation more. What the comparison finds does, from the moment it is found.
    """
    mine = UncheckedReason.NO_NUMBER in reasons
    words = "；".join(f"{reason.label}（{count}项）" for reason, count in Counter(reasons).items())
    url = reverse("recusal:own" if mine else "recusal:screenings")
    return StateAnswer(False, f"未核查：{words}。", "本人" if mine else OFFICERS, url, keeps_duty=True)


def current_declaration(person: User, season: Season) -> RecusalDeclaration | None:
    return RecusalDeclaration.objects.filter(person=person, season=season).newest_first().first()


def relations_of(person: User, season: Season) -> list[DeclaredRelation]:
    """What stands in the season, with what a page names."""
    related = ("relative_kind", "institution", "staff", "declaration")
    return list(DeclaredRelation.objects.of_person(person, season).standing().select_related(*related))


def relations_to_carry(person: User, season: Season) -> list[DeclaredRelation]:
    """Last season's relations that this season's declaration does not have yet."""
    earlier = RecusalDeclaration.objects.filter(person=person, season__year__lt=season.year)
    last = earlier.order_by("-season__year", "-version").values_list("season_id", flat=True).first()
    if last is None:
        return []
    carried = DeclaredRelation.objects.of_person(person, season).exclude(carried_from=None).values("carried_from_id")
    related = ("relative_kind", "institution", "staff")
    rows = DeclaredRelation.objects.filter(declaration__person=person, declaration__season_id=last).standing()
    return list(rows.exclude(pk__in=carried).select_related(*related))


def acts_touching(person: User, subject: str, since: datetime) -> EventQuerySet:
    """Ledger events: what this person did, since then, to anything that names the subject (`institution:7`)."""
    return Event.objects.filter(
        actor_id=person.pk, outcome=Outcome.DONE, at__gte=since, subjects__contains=[subject]
    ).order_by("at", "id")


def review_counts(discoveries: Iterable[LateDiscovery]) -> dict[int, dict[str, int]]:
    """For each discovery how many acts were upheld, redone, revoked, and how many still wait."""
    counts: dict[int, Counter] = defaultdict(Counter)
    pks = [discovery.pk for discovery in discoveries]
    for pk, result in ActReview.objects.filter(discovery_id__in=pks).values_list("discovery_id", "result"):
        counts[pk][result or "waiting"] += 1
    names = [*ActResult.values, "waiting"]
    return {pk: {name: counts[pk][name] for name in names} for pk in pks}


def refused_attempts(user: User, season: Season) -> EventQuerySet:
    """Refused attempts at recusal records, for the supervisors of the season: lifting one's own and the like."""
    return (
        Event.objects.visible_to(user)
        .filter(outcome=Outcome.REFUSED, action__startswith="recusal.", season_id=season.pk)
        .newest_first()
    )


def last_signed_at(season: Season) -> datetime | None:
    """When somebody last signed a declaration of the season."""
    return RecusalDeclaration.objects.filter(season=season).aggregate(last=Max("signed_at"))["last"]


def declared_but_not_found(screening: Screening) -> QuerySet[RecusalFact]:
    """Declared as candidates, yet not in the file: worth an officer's second look, never proof of anything."""
    answered = RecusalFact.objects.filter(passages__screening=screening).values("pk")
    return RecusalFact.objects.filter(
        season_id=screening.season_id,
        is_candidate_relative=True,
        state__in=(FactState.DECLARED, FactState.CONFIRMED),
        created_at__lte=screening.covers_until,
    ).exclude(pk__in=answered)


def works_on_recusal(user: User) -> bool:
    """Who rules on it, and who supervises that."""
    return has_permission(user, Permission.RULE_RECUSAL) or has_permission(user, Permission.SUPERVISE)
