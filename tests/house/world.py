"""One small season with records of every kind, for walks over all addresses.

Each capability plants its own (`world.py` in its tests folder): `plant(world)` from the ground upward, and where its records
lie over those of others, `plant_over(world)` once everybody has planted.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from admissions.house.collection import packages

# Found nowhere else, so that a walk can look for them.
MEMBER_NAME, INSTITUTION_NAME = "柳示隐", "示藏大学"
# Of an item that names nobody: only who was recused from it by name must not find it.
ITEM_NAME = "鹤隐之议"


@dataclass
class World:
    """The records by name; `who` the people by looker."""

    records: dict[str, Any] = field(default_factory=dict)
    who: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.records[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def keep(self, **records: Any) -> None:
        """Under names of their own."""
        twice = sorted(records.keys() & self.records)
        assert not twice, f"planted twice: {twice}"
        self.records |= records


def make_world() -> World:
    world = World()
    plots = [import_module(f"tests.{package.removeprefix('admissions.')}.world") for package in packages()]
    for plot in plots:
        plot.plant(world)
    for plot in plots:
        if hasattr(plot, "plant_over"):
            plot.plant_over(world)
    return world
