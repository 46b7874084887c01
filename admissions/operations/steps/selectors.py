"""What screens ask about 环节单: how many stand where, and what waits for whom."""

from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet

from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import live_appointments
from workgroups.groups.enums import DutyLetter
from workgroups.groups.models import StepDuty

from .enums import TURNS, Act, RunStatus
from .models import StepRun, StepSignature

# What is to be done in a state, in words.
VERBS: dict[RunStatus, str] = {
    RunStatus.PENDING: "执行环节",
    RunStatus.RETURNED: "重新执行环节",
    RunStatus.EXECUTED: "接收复核",
    RunStatus.REVIEWING: "签署复核",
    RunStatus.PASSED: "监督确认",
    RunStatus.CONFIRMED: "归档环节单",
}


def counts_by_status(user: Any, season: Any) -> list[tuple[RunStatus, int]]:
    """How many of the sheets the reader sees stand in each state, in the order of the states."""
    rows = StepRun.objects.visible_to(user).of_season(season).order_by()
    found = Counter(rows.values_list("status", flat=True))
    return [(status, found[status]) for status in RunStatus]


def waiting_for(user: Any) -> QuerySet:
    """Sheets on which it is the user's turn, by an own post or as a deputy; the most urgent first.

    Whoever has signed as another part cannot take this one; a review that somebody has taken waits for that person.
    """
    steps: dict[str, set[int]] = {}
    posts = [row.post_id for row in live_appointments(user, RightArea.STEPS)]
    if posts:
        for step, letter in StepDuty.objects.filter(post__in=posts).values_list("step_id", "letter"):
            steps.setdefault(letter, set()).add(step)
    turn = Q(pk__in=[])
    for status, letter in TURNS.items():
        if letter in steps:
            otherwise = StepSignature._base_manager.filter(person=user).exclude(part=letter)
            mine = Q(status=status, step__in=steps[letter]) & ~Q(pk__in=otherwise.values("run"))
            turn |= mine & Q(reviewer=user) if status == RunStatus.REVIEWING else mine
    rows = StepRun.objects.visible_to(user).filter(turn, held_at__isnull=True)
    return rows.select_related("step").order_by("due_at", "pk")


def signatures_of(run: StepRun) -> list[StepSignature]:
    return list(StepSignature._base_manager.filter(run=run).select_related("group").order_by("pk"))


def hold_of(run: StepRun) -> StepSignature | None:
    """The signature that stopped the work, while it stands."""
    if run.held_at is None:
        return None
    return StepSignature._base_manager.filter(run=run, act=Act.HOLD).order_by("pk").last()


def parts_of(run: StepRun) -> list[tuple[str, str]]:
    """(part, posts) of the step, for “whose turn it is” and the facts of the sheet."""
    duties = StepDuty.objects.filter(step=run.step_id).select_related("post__group")
    rows = list(duties.order_by("post__group__order", "post__order", "pk"))
    return [
        (letter.label, "、".join(str(row.post) for row in rows if row.letter == letter))
        for letter in (DutyLetter.ACCOUNTABLE, DutyLetter.EXECUTE, DutyLetter.REVIEW, DutyLetter.SUPERVISE)
    ]
