"""By which post somebody acts in a step: the posts with the letter, the person's own first, then those deputised for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from admissions.core.decision import Decision
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import held_by, holds, live_appointments
from workgroups.groups.models import Post, Step, StepDuty


@dataclass(frozen=True)
class Hand:
    """An appointment that carries the part, and with whose right."""

    appointment: Appointment
    right: Decision

    def people(self, user: Any) -> set[int]:
        """Who acts and, for a deputy, the one stood in for: both count as having acted."""
        return {user.pk, self.appointment.person_id}


def posts_with(step: Step, letter: str) -> list[Post]:
    duties = StepDuty.objects.filter(step=step, letter=letter).select_related("post__group")
    return [duty.post for duty in duties.order_by("post__group__order", "post__order", "pk")]


def hands_of(user: Any, posts: Iterable[Post]) -> list[Hand]:
    """Every appointment in force by which the user could act on one of these posts."""
    wanted = {post.pk for post in posts}
    held = [row for row in live_appointments(user, RightArea.STEPS) if row.post_id in wanted]
    return [Hand(row, held_by(user, row)) for row in held]


def right_on(user: Any, posts: Iterable[Post], otherwise: Decision) -> Decision:
    """Yes with whose right; a deputy to whom this matter was not given hears that."""
    wanted = {post.pk for post in posts}
    return holds(user, RightArea.STEPS, lambda row: row.post_id in wanted, otherwise)


def steps_with(user: Any, season: Any, letter: str) -> list[int]:
    """Ids of the season's steps in which the user has the part now."""
    posts = [row.post_id for row in live_appointments(user, RightArea.STEPS)]
    duties = StepDuty.objects.filter(step__season=season, letter=letter, post__in=posts)
    return list(duties.values_list("step_id", flat=True))
