"""What must be asked before somebody is appointed (#26); capabilities above provide their question."""

from collections.abc import Callable
from typing import Any

from admissions.core.capability import Slot
from admissions.core.decision import Decision, Parts, in_parts

Precheck = Callable[[Any, Any], Decision]
# `check(person, post)` says whether the person may be appointed to the post, and why not.
PRECHECKS: Slot[Precheck] = Slot("appointment_prechecks", Precheck)


@in_parts
def precheck(person: Any, post: Any) -> Parts:
    """The first objection, or yes."""
    yield from (check(person, post) for check in PRECHECKS)
