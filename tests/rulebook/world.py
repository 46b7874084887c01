"""A clause in force, and a term that rests on it."""

from admissions.rulebook.models import DeadlinePolicy
from tests.factories.rulebook import clause_in_force
from tests.house.world import World
from tests.trail import setting_up


def plant(world: World) -> None:
    clause = clause_in_force("须双人复核。", clause__code="walk-clause")
    with setting_up():
        DeadlinePolicy(
            code="walk", name="复核期限", start_event="收到材料", length=5, unit="working_days", clause=clause
        ).save()
    world.keep(clause=clause)
