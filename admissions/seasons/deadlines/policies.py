"""Which policies the calculator offers: the rulebook registers its own, since it lies above this app."""

from collections.abc import Callable, Iterable

from .policy import Policy

# () → (key that stays the same, policy in force)
Provider = Callable[[], Iterable[tuple[str, Policy]]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    _providers.append(provider)


def known_policies() -> dict[str, Policy]:
    """Key → policy, in the order of registration."""
    return {key: policy for provider in _providers for key, policy in provider()}
