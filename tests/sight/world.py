"""Sight of a step's sheet, given to somebody outside."""

from tests.factories.accounts import UserFactory
from tests.factories.sight import given
from tests.factories.supervision import again
from tests.house.lookers import LEADER
from tests.house.world import World


def plant(world: World) -> None:
    """Nothing before others have planted."""


def plant_over(world: World) -> None:
    world.keep(sight=given(again(world.who[LEADER]), world.run, UserFactory()))
