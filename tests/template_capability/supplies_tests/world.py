"""Something the member has taken and not brought back."""

from django.utils import timezone
from supplies.models import Supply

from tests.house.lookers import MEMBER
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up


def plant(world: World) -> None:
    with setting_up():
        supply = Supply(
            group=world.group, item=f"{MEMBER_NAME}的门卡", taken_by=world.who[MEMBER], taken_at=timezone.now()
        )
        supply.save()
    world.keep(supply=supply)
