"""Which policies the calculator offers: the rulebook provides its own, since it lies above this app."""

from collections.abc import Callable, Iterable

from admissions.core.capability import Slot

from .policy import Policy

# () → (key that stays the same, policy in force)
Provider = Callable[[], Iterable[tuple[str, Policy]]]
PROVIDERS: Slot[Provider] = Slot("deadline_policies", Provider)


def known_policies() -> dict[str, Policy]:
    """Key → policy, in the order of the house."""
    return {key: policy for provider in PROVIDERS for key, policy in provider()}
