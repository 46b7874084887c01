"""任命前核对 (#26): asked by whoever appoints, before anything is sent."""

from typing import Any

from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from workgroups.appointments.models import Appointment

from .consequences import bars_service, of_fact
from .enums import ScopeKind
from .models import RecusalFact

OFFICERS = "由回避审查员裁定后再任命。"


@in_parts
def precheck(person: Any, post: Any) -> Parts:
    """May this person be appointed to this post as far as recusal goes?

    Refuses: a fact bars the person from serving this season; a fact waits for its ruling; the person is recused from
    somebody of the same group, or somebody of the group from the person.
    """
    facts = list(RecusalFact.objects.enforced().filter(person=person, season_id=post.group.season_id))
    for fact in facts:
        fact.person = person
    yield _not_barred(facts)
    yield _nothing_open(person, facts)
    yield _no_conflict_in_group(person, post, facts)


def _not_barred(facts: list[RecusalFact]) -> Decision:
    barring = next((fact for fact in facts if bars_service(fact)), None)
    if barring is None:
        return allow()
    consequence = next(found for found in of_fact(barring) if not found.may_serve)
    return deny(
        f"{barring.person}{consequence.sentence}", consequence.clause, "认定不回避的，由两名回避审查员签署后再任命。"
    )


def _nothing_open(person: Any, facts: list[RecusalFact]) -> Decision:
    waiting = sum(fact.is_open for fact in facts)
    return deny(f"{person}有{waiting}项回避事项等待裁定，不能任命。", who_can=OFFICERS) if waiting else allow()


def _no_conflict_in_group(person: Any, post: Any, facts: list[RecusalFact]) -> Decision:
    avoids = {int(fact.scope_key) for fact in facts if fact.scope_kind == ScopeKind.PERSON}
    avoided_by = RecusalFact.objects.enforced().filter(
        season_id=post.group.season_id, scope_kind=ScopeKind.PERSON, scope_key=str(person.pk)
    )
    others = avoids | set(avoided_by.values_list("person_id", flat=True))
    members = Appointment.objects.current().filter(post__group=post.group, person__in=others).select_related("person")
    other = next((row.person for row in members), None)
    if other is None:
        return allow()
    return deny(
        f"{person}与{post.group}的{other}之间应当回避，不能在同一工作组任职。",
        cite("civil-servant-74", "civil-servant-76"),
        "请任命到其他工作组。",
    )
