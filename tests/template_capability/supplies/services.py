"""Commands on supplies."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.core.transitions import move
from workgroups.groups.models import WorkGroup

from . import rules
from .enums import SUPPLY_TRANSITIONS, SupplyStatus
from .models import Supply


@command("supplies.hand_out", "登记领用", clause=No("领用是内部管理，制度库没有条款"))
def hand_out(*, actor: User, reason: str, group: WorkGroup, item: str, taken_by: User) -> Supply:
    """Somebody takes an item for a group.

    Refuses: not who keeps the groups; the season is over.
    """
    rules.can_hand_out(actor, group).require()
    supply = Supply(group=group, item=item, taken_by=taken_by, taken_at=timezone.now())
    supply.full_clean()
    supply.save()
    return supply


@command("supplies.take_back", "登记归还", clause=No("归还是内部管理，制度库没有条款"))
def take_back(*, actor: User, reason: str, supply: Supply) -> Supply:
    """The item is back in the store.

    Refuses: not who keeps the groups; back already.
    """
    supply = lock(supply)
    rules.can_take_back(actor, supply).require()
    supply.status = move(SUPPLY_TRANSITIONS, supply.status, SupplyStatus.RETURNED)
    supply.returned_at = timezone.now()
    supply.full_clean()
    supply.save()
    return supply
