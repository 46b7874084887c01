"""Questions the ledger asks of apps above it; each is answered by the one function that a capability provides.

The ledger lies below accounts and work groups, so it cannot import them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from admissions.core.capability import Slot
from admissions.core.decision import Decision
from admissions.core.people import Visitor

from .naming import names_pattern, records_named


@dataclass(frozen=True)
class RecusedScope:
    """What a person must not see or touch: ids of persons and institutions, digests of candidates, codes of places, ids of
    the items (议题) they were kept away from by name.
    """

    persons: frozenset[int] = frozenset()
    institutions: frozenset[int] = frozenset()
    candidates: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    items: frozenset[int] = frozenset()

    def keys(self, kind: str) -> frozenset[Any]:
        """The keys of one of `KINDS`, which are also the words before the colon of a ledger subject."""
        return {
            "person": self.persons,
            "institution": self.institutions,
            "candidate": self.candidates,
            "district": self.districts,
            "school": self.schools,
            "item": self.items,
        }[kind]

    def subjects(self) -> list[str]:
        return [f"{kind}:{key}" for kind in KINDS for key in sorted(self.keys(kind))]

    @cached_property
    def records_of_items(self) -> dict[str, list[str]]:
        """Label → keys of the records that belong to those items; asked once."""
        return records_named("item", self.items) if self.items else {}

    @cached_property
    def names(self) -> str:
        """A pattern that finds their names in what people wrote; asked once."""
        return names_pattern(self) if self != OF_NOBODY else ""


@dataclass(frozen=True)
class TrailAccess:
    """Which ledger entries a person may read besides their own acts."""

    everything: bool = False
    season_ids: frozenset[int] = field(default_factory=frozenset)
    group_ids: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return self.everything or bool(self.season_ids or self.group_ids)


KINDS = ("person", "institution", "candidate", "district", "school", "item")
# Neither a machine nor a visitor who has not signed in has relatives; what they may do is decided elsewhere.
OF_NOBODY = RecusedScope()
# Whom and what a person must keep away from; whose entries of the ledger a person may read; as what post somebody acts
# in a group; whether one of the seasons has ended; which rows a person was given sight of besides those of the own scope
# (None: nobody is ever given any of the model), and of which groups the entries of the ledger.
RECUSED_SCOPE: Slot[Callable[[Visitor], RecusedScope]] = Slot("recused_scope", Callable, one=True)
TRAIL_ACCESS: Slot[Callable[[Visitor], TrailAccess]] = Slot("trail_access", Callable, one=True)
# Of these ledger rows (ids of events and history rows), those that can be proven no more.
UNPROVABLE: Slot[Callable[[Iterable[UUID]], set[UUID]]] = Slot("unprovable", Callable, one=True)
POST_OF: Slot[Callable[[Visitor, int | None], str]] = Slot("post_of", Callable, one=True)
SEASON_OVER: Slot[Callable[[frozenset[int]], Decision]] = Slot("season_over", Callable, one=True)
SIGHTED: Slot[Callable[[Visitor, type[Model]], Q | None]] = Slot("sighted", Callable, one=True)
SIGHTED_GROUPS: Slot[Callable[[Visitor], frozenset[int]]] = Slot("sighted_groups", Callable, one=True)


def recused_scope(user: Visitor | None) -> RecusedScope:
    """What the user is recused from; asked once per user object, that is once per request."""
    return _remembered(user, RECUSED_SCOPE) if user is not None and user.is_authenticated else OF_NOBODY


def recused_scope_now(user: Visitor) -> RecusedScope:
    """Asked anew, whatever the request has heard before: a recusal counts from the moment it stands."""
    if user.is_authenticated:
        user.__dict__.pop("_trail_recused_scope", None)
    return recused_scope(user)


def trail_access(user: Visitor | None) -> TrailAccess:
    """Whose entries the user may read; asked once per user object."""
    return _remembered(user, TRAIL_ACCESS) if user is not None and user.is_authenticated else TrailAccess()


def sighted(user: Visitor, model: type[Model]) -> Q | None:
    """The rows of the model that the person was given sight of, as a condition; it opens no right to act."""
    return SIGHTED(user, model) if user.is_authenticated else None


def sighted_groups(user: Visitor) -> frozenset[int]:
    """Groups whose entries the person was given sight of; asked once per user object. No part of `trail_access`, which is
    taken for the right to supervise.
    """
    return _remembered(user, SIGHTED_GROUPS) if user.is_authenticated else frozenset()


def post_of(user: Visitor | None, group_id: int | None) -> str:
    """As what post the user acts in this group, as text to be copied; empty for the machine."""
    return POST_OF(user, group_id) if user is not None else ""


def season_over(season_ids: frozenset[int]) -> Decision:
    """No, with the sentence, where one of the seasons has ended."""
    return SEASON_OVER(season_ids)


def may_read_trail(user: Visitor) -> bool:
    return user.is_authenticated and bool(trail_access(user))


def may_see_alarms(user: Visitor) -> bool:
    return user.is_authenticated and trail_access(user).everything


def forget_answers(user: Visitor) -> None:
    """Ask again next time; needed where one user object lives longer than a request."""
    for slot in (RECUSED_SCOPE, TRAIL_ACCESS, SIGHTED_GROUPS):
        user.__dict__.pop(f"_trail_{slot.question}", None)


def _remembered(user: Visitor, slot: Slot[Any]) -> Any:
    known = user.__dict__.get(f"_trail_{slot.question}")
    if known is None:
        known = user.__dict__[f"_trail_{slot.question}"] = slot(user)
    return known
