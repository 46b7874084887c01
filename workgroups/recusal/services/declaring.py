"""申报, 本人确认, 申请撤回: what the person concerned may do. Adding is easy, removing is not theirs."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import current_origin
from admissions.audit.commands import command, explain_constraint
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.seasons.models import Season

from .. import rules
from ..enums import FactSource, FactState, RelationCategory
from ..models import DeclaredRelation, RecusalDeclaration, RecusalFact, WithdrawalRequest
from ..models.declarations import PASSWORD_REENTRY
from ..signed_statement import content_hash, signed_content, statement_text
from .facts import add_fact, corroborate, pass_to, scope_of_relation, standing_fact

explain_constraint("recusaldeclaration_version_once", "您刚刚已签署过一份申报。请刷新页面查看。")
explain_constraint("withdrawalrequest_one_open", "这一事项的撤回申请正在办理，不必重复提出。")


@command(
    "recusal.declare",
    "申报回避",
    clause=cite("civil-servant-77"),
    veto=Exempt("one declares for oneself; it is what keeps one away"),
)
def declare(*, actor: User, reason: str, season: Season, relations: Sequence[DeclaredRelation]) -> RecusalDeclaration:
    """Sign a declaration: the given new relations in addition to those that stand, or explicitly none.

    Refuses: “无” while relations stand; the account is not active.
    Effects: facts “申报” for everything that is a conflict by itself; a suspicion about the same thing becomes “申报”.
    Clause: 公务员法第七十七条.
    """
    rules.can_declare(actor, season).require()
    standing = list(_standing_relations(actor, season))
    if not relations:
        rules.can_declare_none(bool(standing)).require()
    declaration = _sign(actor, season, [*standing, *relations])
    for relation in relations:
        relation.declaration = declaration
        relation.full_clean()
        relation.save()
        _declare_fact(relation, actor, season)
    return declaration


def _standing_relations(person: User, season: Season) -> QuerySet[DeclaredRelation]:
    related = ("relative_kind", "institution", "staff")
    return DeclaredRelation.objects.of_person(person, season).standing().select_related(*related)


def _sign(person: User, season: Season, relations: Sequence[DeclaredRelation]) -> RecusalDeclaration:
    statement, content = statement_text(season, len(relations)), signed_content(relations)
    last = RecusalDeclaration.objects.filter(season=season, person=person).newest_first().first()
    declaration = RecusalDeclaration(
        season=season,
        person=person,
        version=last.version + 1 if last else 1,
        is_none=not relations,
        statement=statement,
        content=content,
        content_hash=content_hash(statement, content),
        person_name=person.name,
        person_title=" ".join(part for part in (str(person.organisation or ""), person.title) if part),
        employment=person.employment,
        signed_at=timezone.now(),
        signed_ip=current_origin().ip,
        method=PASSWORD_REENTRY,
    )
    declaration.full_clean()
    declaration.save()
    return declaration


def _declare_fact(relation: DeclaredRelation, actor: User, season: Season) -> None:
    """A relation that is a conflict by itself leads to a fact; one that exists already is confirmed by it."""
    scope = scope_of_relation(relation)
    if scope is None:
        return
    reason = f"本人申报：{relation}"
    fact = standing_fact(season, actor, scope)
    if fact is None:
        add_fact(
            actor=actor,
            season=season,
            person=actor,
            scope=scope,
            source=FactSource.OWN,
            state=FactState.DECLARED,
            reason=reason,
            relation=relation,
            since=relation.since,
            is_candidate_relative=relation.category == RelationCategory.RELATIVE,
        )
    elif fact.state in (FactState.SUSPECTED, FactState.CLEARED):
        pass_to(fact, FactState.DECLARED, source=FactSource.OWN, actor=actor, reason=reason)
    else:
        corroborate(fact, source=FactSource.OWN, actor=actor, reason=reason)


@command(
    "recusal.acknowledge",
    "确认疑似回避",
    clause=cite("civil-servant-77"),
    veto=Exempt("one admits a suspicion about oneself; the record names what one keeps away from"),
)
def acknowledge(*, actor: User, reason: str, fact: RecusalFact) -> RecusalFact:
    """The person concerned confirms a suspicion; it counts as declared, and still needs the ruling.

    Refuses: not the person; not a suspicion.
    """
    fact = lock(fact)
    rules.can_acknowledge(actor, fact).require()
    pass_to(fact, FactState.DECLARED, source=FactSource.OWN, actor=actor, reason=reason)
    return fact


@command(
    "recusal.ask_withdrawal",
    "申请撤回申报事项",
    clause=cite("civil-servant-77"),
    veto=Exempt("one asks about one's own declaration; officers rule"),
)
def ask_withdrawal(*, actor: User, reason: str, relation: DeclaredRelation) -> WithdrawalRequest:
    """Ask that a declared relation no longer counts; nothing changes before two officers have ruled.

    Refuses: somebody else's relation; already withdrawn; a request is open.
    """
    relation = lock(relation)
    rules.can_ask_withdrawal(actor, relation).require()
    request = WithdrawalRequest(person=actor, relation=relation, reason=reason, asked_at=timezone.now())
    request.full_clean()
    request.save()
    return request
