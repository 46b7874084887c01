"""Ranked substitutes (#22): who may stand in for somebody who must keep away, who first, and why others may not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from admissions.accounts.models import User
from admissions.core.decision import Decision, all_of, allow, deny
from workgroups.appointments.models import Appointment
from workgroups.groups.models import PostIncompatibility
from workgroups.pledges.selectors import pledge_states
from workgroups.recusal.selectors import kept_apart, recusal_states
from workgroups.training.selectors import training_states

from .models import Delegation


@dataclass(frozen=True)
class Nearness:
    """How near a candidate is to the place to be filled; the smallest rank comes first."""

    rank: int
    label: str


@dataclass(frozen=True)
class Substitute:
    """A candidate by the post held now, how often the person stood in this season, and whether they may."""

    appointment: Appointment
    nearness: Nearness
    served: int
    decision: Decision

    @property
    def person(self) -> Any:
        return self.appointment.person


def ranked(
    candidates: Iterable[tuple[Nearness, Appointment]],
    served: Mapping[int, int],
    decisions: Mapping[int, Decision],
) -> list[Substitute]:
    """Who may before who may not, the nearer first, then who stood in less often: the same person is not always chosen.

    One line a person, by the nearest post. `served`: person → times; `decisions`: appointment → may they.
    """
    rows = [Substitute(row, near, served.get(row.person_id, 0), decisions[row.pk]) for near, row in candidates]
    rows.sort(key=lambda found: (found.nearness.rank, found.appointment.post.order, found.appointment.pk))
    nearest = {found.appointment.person_id: found for found in reversed(rows)}
    return sorted(
        (found for found in rows if nearest[found.appointment.person_id] is found),
        key=lambda found: (not found.decision.ok, found.nearness.rank, found.served),
    )


def fitness(appointments: Iterable[Appointment]) -> dict[int, Decision]:
    """Appointment → recusal cleared, trained and pledged for that post; a constant number of queries.

    The appointments are of one season, with person and post__group__season loaded.
    """
    rows = list(appointments)
    if not rows:
        return {}
    recusals = recusal_states((row.person for row in rows), rows[0].post.group.season)
    answers = zip(rows, training_states(rows), pledge_states(rows), strict=True)
    return {
        row.pk: all_of(
            (
                _holds(recusals[row.person_id].ok, "回避未核清"),
                _holds(training.ok, "培训未完成"),
                _holds(pledge.ok, "承诺书未签署"),
            )
        )
        for row, training, pledge in answers
    }


def _holds(ok: bool, otherwise: str) -> Decision:
    """Says what is missing and no more: what somebody declared is between them and the officers."""
    return allow() if ok else deny(f"{otherwise}。", who_can="请先办齐，或另选人员。")


NEAR = Nearness(1, "同组")
ALIKE = Nearness(2, "同类工作组")


def deputies_for(reader: Any, appointment: Appointment) -> list[Substitute]:
    """Who could deputise for the holder from now on, by what `can_deputise` asks; it is asked again for the period chosen."""
    post, season = appointment.post, appointment.post.group.season
    rows = Appointment.objects.visible_to(reader).in_force().of_season(season)
    rows = rows.filter(Q(post__group=post.group_id) | Q(post__group__kind=post.group.kind))
    rows = rows.filter(person__in=User.objects.active()).exclude(person=appointment.person_id)
    found = list(rows.select_related("person", "post__group__season"))
    if not found:
        return []
    people = {row.person_id for row in found}
    recusals = recusal_states((row.person for row in found), season)
    trained = training_states([Appointment(person=row.person, post=post) for row in found])
    apart = kept_apart(people, _members(post), season.pk)
    clashing = _incompatible(people, post)
    decisions = {
        row.pk: all_of(
            (
                _holds(row.person_id not in apart, "与本组成员之间应当回避"),
                _holds(row.person_id not in clashing, "所任或所代的岗位与这一岗位不相容"),
                _holds(training.ok, "未完成这一岗位的培训"),
                _holds(recusals[row.person_id].ok, "回避未核清"),
            )
        )
        for row, training in zip(found, trained, strict=True)
    }
    near = [(NEAR if row.post.group_id == post.group_id else ALIKE, row) for row in found]
    return ranked(near, _times_deputised(people, season.pk), decisions)


def _members(post: Any) -> set[int]:
    return set(Appointment.objects.current().filter(post__group=post.group_id).values_list("person_id", flat=True))


def _times_deputised(people: set[int], season_id: int) -> Counter[int]:
    rows = Delegation.objects.filter(deputy__in=people, appointment__post__group__season=season_id)
    return Counter(rows.values_list("deputy_id", flat=True))


def _incompatible(people: set[int], post: Any) -> set[int]:
    """Who holds a post, or deputises for one, that is incompatible with this."""
    pairs = PostIncompatibility.objects.filter(Q(first=post) | Q(second=post)).values_list("first_id", "second_id")
    posts = {pk for pair in pairs for pk in pair} - {post.pk}
    held = Appointment.objects.seated().filter(person__in=people, post__in=posts)
    deputised = Delegation.objects.not_over().filter(deputy__in=people, appointment__post__in=posts)
    return {*held.values_list("person_id", flat=True), *deputised.values_list("deputy_id", flat=True)}
