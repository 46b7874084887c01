"""What must be asked before somebody is appointed (#26); capabilities above register their question."""

from collections.abc import Callable
from typing import Any

from admissions.core.decision import Decision, first_denial

Precheck = Callable[[Any, Any], Decision]
_prechecks: list[Precheck] = []


def register(check: Precheck) -> None:
    """`check(person, post)` says whether the person may be appointed to the post, and why not."""
    _prechecks.append(check)


def precheck(person: Any, post: Any) -> Decision:
    """The first registered objection, or yes."""
    return first_denial(*(check(person, post) for check in _prechecks))
