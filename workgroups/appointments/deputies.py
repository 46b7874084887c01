"""Who stands in for whom; answered by the capability that keeps the delegations (duty), which lies above this one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admissions.audit.actions import current_action
from admissions.core.capability import Slot

from .enums import ANY_AREA, areas_of_rank


@dataclass(frozen=True)
class StandIn:
    """Somebody else's appointment, and the areas of its rights the deputy was given."""

    appointment: Any
    areas: frozenset[str]

    def covers(self, area: str | None) -> bool:
        """Who asks for no area asks for the whole post: only a deputy for everything has that."""
        if area is None:
            return self.areas.issuperset(areas_of_rank(self.appointment.post.rank))
        return area == ANY_AREA or area in self.areas


@dataclass(frozen=True)
class Delegations:
    """The three questions asked of delegations.

    `stood_in_for(user)`: appointments of others whose rights the user has now, each with the areas given;
    `deputised(person, period)`: ids of the posts the person deputises for in any part of the period;
    `standing_in(appointment_ids, at)`: the delegations that covered the instant.
    """

    stood_in_for: Callable[[Any], list[StandIn]]
    deputised: Callable[[Any, Any], Iterable[int]]
    standing_in: Callable[[Iterable[int], datetime], list[Any]]


DELEGATIONS: Slot[Delegations] = Slot("delegations", Delegations, one=True)


def stood_in_for(user: Any, area: str | None = None) -> list[Any]:
    """Appointments of others whose rights in the area the user has now, as their deputy.

    Asked once per user object, that is once per request, and anew inside a command.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    action = current_action()
    mark = None if action is None else action.event_id
    known = user.__dict__.get("_stood_in_for")
    if known is None or known[0] != mark:
        known = user.__dict__["_stood_in_for"] = (mark, DELEGATIONS.answer.stood_in_for(user))
    return [row.appointment for row in known[1] if row.covers(area)]


def posts_deputised(person: Any, period: Any) -> list[int]:
    """Ids of the posts the person deputises for in any part of the period."""
    return list(DELEGATIONS.answer.deputised(person, period))


def standing_in(appointment_ids: Iterable[int], at: datetime) -> list[Any]:
    """The delegations of these appointments that covered the instant, by what was recorded."""
    return DELEGATIONS.answer.standing_in(appointment_ids, at)
