"""Giving and withdrawing sight. The object permissions of django-guardian are written here and nowhere else."""

from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from admissions.accounts.models import User
from admissions.audit.actions import principal_id
from admissions.audit.commands import command, explain_constraint, machine_action
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.models import AuditedModel
from admissions.audit.trail import label_of, scope_of
from admissions.core.citations import cite
from admissions.core.promises import promised

from . import rules
from .models import Sight
from .selectors import stray_permissions

LOOKS_ONLY = Exempt(
    "it opens or ends looking and changes nothing of the season; what is over is looked into afterwards"
)
CLAUSE = cite("house-sight")
explain_constraint("sight_one_at_a_time", "此人已可查阅这项记录。")


@command("sight.give", "授权查阅", clause=CLAUSE, weight=Weight.DECISIVE, after_season=LOOKS_ONLY)
def give_sight(
    *, actor: User, reason: str, record: AuditedModel, person: User, purpose: str, basis: str, until: datetime
) -> Sight:
    """Let one person look at one record until a moment.

    Refuses: not who answers for the record; oneself; one of the three administrators; whoever must keep away; more than
    ninety days; who may look already.
    Effects: the person finds the record in its lists; the object permission is django-guardian's.
    """
    record = lock(record)
    rules.can_give(actor, record, person, until).require()
    return open_sight(actor, record, person, purpose=purpose, basis=basis, until=until)


@command("sight.withdraw", "收回授权查阅", clause=CLAUSE, alters="已给出的授权查阅", after_season=LOOKS_ONLY)
def withdraw_sight(*, actor: User, reason: str, sight: Sight) -> Sight:
    """The person may no longer look, from this moment.

    Refuses: over already; neither who gave it nor who answers for the record nor who supervises its group.
    """
    sight = lock(sight)
    rules.can_withdraw(actor, sight).require()
    now = max(timezone.now(), sight.period.lower)
    sight.period = DateTimeTZRange(sight.period.lower, now)
    sight.withdrawn_at, sight.withdrawn_by, sight.withdrawn_why = now, actor, reason[:500]
    sight.full_clean()
    sight.save()
    record = promised(sight.record)
    remove_perm(_permission(record), sight.person, record)
    return sight


def open_sight(actor: User, record: Model, person: User, *, purpose: str, basis: str, until: datetime) -> Sight:
    """Inside a command that has asked its rule: the one way sight comes about."""
    scope = scope_of(record)
    sight = Sight(
        record=record,
        record_label=label_of(record)[:300],
        season_id=scope.season_id,
        group_id=scope.group_id,
        person=person,
        person_name=person.name,
        purpose=purpose,
        basis=basis,
        period=DateTimeTZRange(timezone.now(), until),
        given_by=actor,
        given_by_name=actor.name,
        on_behalf_of_id=principal_id("sight"),
    )
    sight.full_clean()
    sight.save()
    assign_perm(_permission(record), person, record)
    return sight


def _permission(record: Model) -> str:
    return f"{record._meta.app_label}.view_{record._meta.model_name}"


def tidy_ended() -> int:
    """Take away the object permissions of sights that have run out; how many there were."""
    if not stray_permissions().exists():
        return 0
    with machine_action("sight.tidy", "清理到期的查阅授权", "授权已到期或收回") as action:
        removed, _ = stray_permissions().delete()
        action.details = {"removed": removed}
    return removed
