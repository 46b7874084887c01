"""逐级通知 (#48): who must hear of an urgent report, in which order, and how far it has come.

The list follows the line of groups from the body addressed upwards; in each group the leader comes first, then who stands
in for the leader, then the deputies. One person of a group who knows is enough to go on. The minutes are this office's own.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from admissions.audit.gate import not_recused
from admissions.audit.principals import acting_for, may_know
from workgroups.appointments.deputies import standing_in
from workgroups.appointments.models import Appointment
from workgroups.groups.enums import PostRank
from workgroups.groups.models import WorkGroup

from .enums import CallOutcome, CallState, ReportStage, SubmissionStatus
from .models import Call, CallReceipt, Submission

CALL_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    """One person of the list: as what and in whose stead, each attempt to tell them, when they answered."""

    group: WorkGroup
    person: Any
    post: str
    calls: tuple[Call, ...]
    receipt_at: datetime | None
    principal: Any = None

    @property
    def seat(self) -> str:
        return acting_for(self.post, self.principal)

    @property
    def state(self) -> CallState:
        if self.receipt_at is not None:
            return CallState.CONFIRMED
        if any(call.outcome == CallOutcome.TOLD for call in self.calls):
            return CallState.TOLD
        return CallState.UNREACHED if self.calls else CallState.WAITING

    @property
    def knows(self) -> bool:
        return self.state in (CallState.TOLD, CallState.CONFIRMED)


def is_called(submission: Submission) -> bool:
    """The first report of an urgent matter, once sent; what follows reaches people who already know."""
    ended = submission.status == SubmissionStatus.WITHDRAWN
    return submission.stage == ReportStage.FIRST and submission.sent_at is not None and not ended


def steps_of(submission: Submission) -> list[Step]:
    """The list of one report in its order."""
    return steps_of_each([submission])[submission.pk]


def steps_of_each(submissions: list[Submission]) -> dict[int, list[Step]]:
    """The list of each report, by its key; as many queries for many reports of the same bodies as for one.

    Who must keep away, or is whom the report is about, is not on it; whoever signed for the report has thereby answered.
    """
    calls: dict[tuple[int, int], list[Call]] = {}
    for call in Call.objects.filter(submission__in=submissions).select_related("called_by"):
        calls.setdefault((call.submission_id, call.person_id), []).append(call)
    receipts = {
        (row.submission_id, row.person_id): row.at for row in CallReceipt.objects.filter(submission__in=submissions)
    }
    for row in submissions:
        if row.received_by_id is not None:
            receipts.setdefault((row.pk, row.received_by_id), row.received_at)
    lines = {row.pk: _groups_up(row.addressee) for row in submissions}
    seats = _seats({group.pk for line in lines.values() for group in line})
    found: dict[int, list[Step]] = {}
    for submission in submissions:
        steps: dict[int, Step] = {}
        for group in lines[submission.pk]:
            for person, post, principal in seats.get(group.pk, ()):
                if person.pk in steps or person.pk == submission.subject_person_id:
                    continue
                if not_recused(person, submission).ok:
                    key = (submission.pk, person.pk)
                    told = tuple(calls.get(key, ()))
                    steps[person.pk] = Step(group, person, post, told, receipts.get(key), principal)
        found[submission.pk] = list(steps.values())
    return found


def known_to(reader: Any, steps: list[Step]) -> list[Step]:
    """Without whom the reader keeps away from, as a person of the list and as the principal of another."""
    return [
        replace(step, principal=step.principal if may_know(reader, step.principal) else None)
        for step in steps
        if may_know(reader, step.person)
    ]


def next_of(steps: list[Step]) -> Step | None:
    """Whom to tell now: in the lowest group nobody of which knows, who was not tried yet, else again the first."""
    knowing = {step.group.pk for step in steps if step.knows}
    open_steps = [step for step in steps if step.group.pk not in knowing]
    if not open_steps:
        return None
    lowest = [step for step in open_steps if step.group.pk == open_steps[0].group.pk]
    return next((step for step in lowest if not step.calls), lowest[0])


def due_of(submission: Submission) -> datetime:
    return submission.sent_at + CALL_WITHIN


def _groups_up(group: WorkGroup) -> list[WorkGroup]:
    """The body addressed and those above it."""
    line, above = [], group
    while above is not None:
        line.append(above)
        above = above.parent
    return line


def _seats(groups: set[int]) -> dict[int, list[tuple[Any, str, Any]]]:
    """Group → (person, post, principal) of leaders, of those who stand in for them, then of deputies and of those who stand in."""
    rows = Appointment.objects.in_force().filter(
        post__group__in=groups, post__rank__in=(PostRank.LEADER, PostRank.DEPUTY)
    )
    rows = list(rows.select_related("person", "post__group").order_by("post__order", "id"))
    rows.sort(key=lambda row: row.post.rank != PostRank.LEADER)
    deputies: dict[int, list[Any]] = {}
    for delegation in standing_in([row.pk for row in rows], timezone.now()):
        deputies.setdefault(delegation.appointment_id, []).append(delegation.deputy)
    people: dict[int, Any] = {}
    seats: dict[int, list[tuple[Any, str, Any]]] = {}
    for row in rows:
        # One object for each person: it remembers whom the person keeps away from.
        seat = seats.setdefault(row.post.group_id, [])
        seat.append((people.setdefault(row.person_id, row.person), str(row.post), None))
        for deputy in deputies.get(row.pk, ()):
            seat.append((people.setdefault(deputy.pk, deputy), str(row.post), row.person))
    return seats
