"""Questions the ledger asks of apps above it; each is answered by the one function registered for it.

The ledger lies below accounts and work groups, so it cannot import them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RecusedScope:
    """What a person must not see or touch: ids of persons and institutions, digests of candidates, codes of places."""

    persons: frozenset[int] = frozenset()
    institutions: frozenset[int] = frozenset()
    candidates: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()

    def keys(self, kind: str) -> frozenset[Any]:
        """The keys of one of `KINDS`, which are also the words before the colon of a ledger subject."""
        return {
            "person": self.persons,
            "institution": self.institutions,
            "candidate": self.candidates,
            "district": self.districts,
            "school": self.schools,
        }[kind]

    def subjects(self) -> list[str]:
        return [f"{kind}:{key}" for kind in KINDS for key in sorted(self.keys(kind))]


@dataclass(frozen=True)
class TrailAccess:
    """Which ledger entries a person may read besides their own acts."""

    everything: bool = False
    season_ids: frozenset[int] = field(default_factory=frozenset)
    group_ids: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return self.everything or bool(self.season_ids or self.group_ids)


KINDS = ("person", "institution", "candidate", "district", "school")
NO_RECUSAL = RecusedScope()
_providers: dict[str, Callable[..., Any]] = {}


def provide_recused_scope(provider: Callable[[Any], RecusedScope]) -> None:
    _providers["recused_scope"] = provider


def provide_trail_access(provider: Callable[[Any], TrailAccess]) -> None:
    _providers["trail_access"] = provider


def provide_post_of(provider: Callable[[Any, int | None], str]) -> None:
    _providers["post_of"] = provider


def recused_scope(user: Any) -> RecusedScope:
    """What the user is recused from; asked once per user object, that is once per request."""
    return _remembered(user, "recused_scope", NO_RECUSAL)


def trail_access(user: Any) -> TrailAccess:
    """Whose entries the user may read; asked once per user object."""
    return _remembered(user, "trail_access", TrailAccess())


def post_of(user: Any, group_id: int | None) -> str:
    """As what post the user acts in this group, as text to be copied; empty when none."""
    provider = _providers.get("post_of")
    return provider(user, group_id) if provider and user is not None else ""


def may_read_trail(user: Any) -> bool:
    return user.is_authenticated and bool(trail_access(user))


def may_see_alarms(user: Any) -> bool:
    return user.is_authenticated and trail_access(user).everything


def forget_answers(user: Any) -> None:
    """Ask again next time; needed where one user object lives longer than a request."""
    for question in ("recused_scope", "trail_access"):
        user.__dict__.pop(f"_trail_{question}", None)


def _remembered(user: Any, question: str, default: Any) -> Any:
    if user is None or not getattr(user, "is_authenticated", False):
        return default
    cached = user.__dict__.get(f"_trail_{question}")
    if cached is None:
        provider = _providers.get(question)
        cached = provider(user) if provider else default
        user.__dict__[f"_trail_{question}"] = cached
    return cached
