"""Somebody who has everything and only waits to be put on duty."""

from tests.factories.readiness import make_ready
from tests.house.world import World


def plant(world: World) -> None:
    make_ready(world.ready, world.course, world.published_version)
