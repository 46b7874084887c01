"""Counting what is open without telling what its reader may not see."""

from collections.abc import Callable, Iterable
from typing import Any

from admissions.core.people import Person

from .questions import Unfinished


def still_open(rows: Any, user: Person, kind: str, who: str, carry_over: str = "") -> list[Unfinished]:
    """`rows` is a queryset with `visible_to`; nothing when it is empty."""
    total = rows.count()
    if not total:
        return []
    seen = rows.visible_to(user)
    count = seen.count()
    return [Unfinished(kind, count, who, count < total, carry_over, rows=seen)]


def holding(found: Iterable[Unfinished]) -> list[Unfinished]:
    return [one for one in found if one.holds]


def in_one_sentence(found: Iterable[Unfinished]) -> str:
    return "、".join(str(one) for one in found)


Ask = Callable[[Any, Person], Iterable[Unfinished]]


def ask_all(questions: Iterable[Ask], about: Any, user: Person) -> list[Unfinished]:
    """What every capability answers about this season or account, in the order of the house."""
    return [one for ask in questions for one in ask(about, user)]


def by_state(
    rows: Any,
    user: Person,
    kind: str,
    states: Iterable[Any],
    who: str,
    carry_over: str = "",
    *,
    field: str = "status",
) -> list[Unfinished]:
    """One line for each state."""
    return [
        one
        for state in states
        for one in still_open(rows.filter(**{field: state}), user, f"{kind}（{state.label}）", who, carry_over)
    ]
