"""Nothing of its own in the tables."""

from tests.house.world import World


def plant(world: World) -> None:
    """No records."""
