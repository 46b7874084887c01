"""Reference data: each app registers its idempotent seed; `manage.py seed_reference` runs them in order."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Seed:
    order: int
    label: str
    run: Callable[[], str]


_seeds: list[Seed] = []


def register(order: int, label: str, run: Callable[[], str]) -> None:
    """`run` returns one sentence that says what it did."""
    _seeds.append(Seed(order, label, run))


def all_seeds() -> list[Seed]:
    return sorted(_seeds, key=lambda seed: (seed.order, seed.label))
