"""Reference data: each capability declares its idempotent seeds; `manage.py seed_reference` runs them in order."""

from collections.abc import Callable
from dataclasses import dataclass

from .capability import Slot


@dataclass(frozen=True)
class Seed:
    """`run()` may be called again and says in one sentence what it did."""

    order: int
    label: str
    run: Callable[[], str]


SEEDS: Slot[Seed] = Slot("seeds", Seed)


def all_seeds() -> list[Seed]:
    return sorted(SEEDS, key=lambda seed: (seed.order, seed.label))
