"""May X take or bring back Y?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, Parts, deny, in_parts
from admissions.seasons.models import Season
from workgroups.groups.models import WorkGroup

from .enums import SupplyStatus
from .models import Supply


def keeps_the_store(user: User, season: Season | None) -> Decision:
    """Who keeps the groups, while the season lasts."""
    if season is None or season.is_frozen:
        return deny("没有进行中的录取季，不能登记领用。")
    return may(user, Permission.MANAGE_GROUPS, "登记领用", season_id=season.pk)


def can_hand_out(user: User, group: WorkGroup) -> Decision:
    """The store of the group's season."""
    return keeps_the_store(user, group.season)


@in_parts
def can_take_back(user: User, supply: Supply) -> Parts:
    """What is still out."""
    yield may(user, Permission.MANAGE_GROUPS, "登记归还", season_id=supply.group.season_id)
    if supply.status != SupplyStatus.TAKEN:
        yield deny("物品已归还。")
