"""A delegation that runs, a handover to be signed."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.house.lookers import LEADER
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.duty.models import Delegation, Handover


def plant(world: World) -> None:
    member, now = world.member, timezone.now()
    with setting_up():
        delegation = Delegation(
            appointment=member,
            deputy=UserFactory(),
            period=DateTimeTZRange(now, now + timedelta(days=1)),
            scope=f"{MEMBER_NAME}的夜班",
        )
        delegation.save()
        handover = Handover(
            appointment=member,
            receiver=world.who[LEADER],
            items=[{"label": "未办事项", "items": []}],
            reason=f"{MEMBER_NAME}调岗",
            remarks=f"{MEMBER_NAME}的钥匙已交",
        )
        handover.save()
    world.keep(delegation=delegation, handover=handover)
