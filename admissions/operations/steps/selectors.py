"""What screens ask about 环节单: how many stand where, and what waits for whom."""

from collections import Counter

from django.db.models import Exists, OuterRef, Q, QuerySet

from admissions.accounts.models import User
from admissions.seasons.models import Season
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import live_appointments
from workgroups.groups.enums import DutyLetter
from workgroups.groups.models import StepDuty

from .enums import BY_OFFICE, PARTS, TURNS, Act, RunStatus
from .models import StepMaterial, StepRun, StepSignature

# What is to be done in a state, in words.
VERBS: dict[RunStatus, str] = {
    RunStatus.PENDING: "执行环节",
    RunStatus.RETURNED: "重新执行环节",
    RunStatus.EXECUTED: "接收复核",
    RunStatus.REVIEWING: "签署复核",
    RunStatus.PASSED: "监督确认",
    RunStatus.CONFIRMED: "归档环节单",
}


def counts_by_status(user: User, season: Season) -> list[tuple[RunStatus, int]]:
    """How many of the sheets the reader sees stand in each state, in the order of the states; empty without any."""
    rows = StepRun.objects.visible_to(user).of_season(season).order_by()
    found = Counter(rows.values_list("status", flat=True))
    return [(status, found[status]) for status in RunStatus] if found else []


def waiting_for(user: User) -> QuerySet:
    """Sheets on which it is the user's turn, by an own post or as a deputy; the most urgent first.

    Whoever has another part in the sheet, or whose only group has one where groups are kept apart, cannot take this one.
    A review that somebody has taken waits for that person, and for the others once that person has left the post.
    """
    held = live_appointments(user, RightArea.STEPS)
    groups = {row.post_id: row.post.group_id for row in held}
    mine: dict[str, list[tuple[int, int]]] = {}
    for step, letter, post in StepDuty.objects.filter(post__in=groups).values_list("step_id", "letter", "post_id"):
        mine.setdefault(letter, []).append((step, groups[post]))
    if not mine:
        return StepRun.objects.none()
    turn = Q(pk__in=[])
    for status, letter in TURNS.items():
        if letter in mine:
            steps = {step for step, _ in mine[letter]}
            due = (
                Q(status=status, step__in=steps)
                & ~_taken_by(user, letter)
                & ~_used(letter, {of for _, of in mine[letter]})
            )
            turn |= due & (Q(reviewer=user) | _left()) if status == RunStatus.REVIEWING else due
    rows = StepRun.objects.visible_to(user).filter(turn, held_at__isnull=True)
    return rows.select_related("step").order_by("due_at", "pk")


def _taken_by(user: User, letter: str) -> Q:
    """The user has another part, also as one stood in for; adding material is a part of executing."""
    acted = StepSignature.objects.filter(Q(person=user) | Q(on_behalf_of=user)).exclude(part=letter)
    found = Q(pk__in=acted.values("run"))
    if letter != DutyLetter.EXECUTE:
        added = StepMaterial.objects.filter(Q(added_by=user) | Q(on_behalf_of=user))
        found |= Q(pk__in=added.values("run"))
    return found


def _used(letter: str, groups: set[int]) -> Q:
    """The one group by which the user could take the part has another one in a sheet that keeps groups apart."""
    if letter not in PARTS or len(groups) != 1:
        return Q(pk__in=[])
    others = StepSignature.objects.filter(part__in=PARTS, group__in=groups).exclude(part=letter)
    return Q(groups_apart=True, pk__in=others.exclude(act__in=BY_OFFICE).values("run"))


def _left() -> Q:
    """Whoever took the review by an own post sits on no reviewing post of the step any more."""
    duties = StepDuty.objects.filter(letter=DutyLetter.REVIEW, step=OuterRef(OuterRef("step")))
    seated = Appointment.objects.in_force().filter(person=OuterRef("reviewer"), post__in=duties.values("post"))
    own = StepSignature.objects.filter(
        run=OuterRef("pk"), act=Act.TAKE, person=OuterRef("reviewer"), on_behalf_of__isnull=True
    )
    return Q(~Exists(seated), Exists(own))


def signatures_of(run: StepRun) -> list[StepSignature]:
    return list(StepSignature.objects.filter(run=run).order_by("pk"))


def hold_of(run: StepRun) -> StepSignature | None:
    """The signature that stopped the work, while it stands."""
    if run.held_at is None:
        return None
    return StepSignature.objects.filter(run=run, act=Act.HOLD).order_by("pk").last()


def parts_of(run: StepRun) -> list[tuple[str, str]]:
    """(part, posts) of the step, for “whose turn it is” and the facts of the sheet."""
    duties = StepDuty.objects.filter(step=run.step_id).select_related("post__group")
    rows = list(duties.order_by("post__group__order", "post__order", "pk"))
    return [
        (str(letter.label), "、".join(str(row.post) for row in rows if row.letter == letter))
        for letter in (DutyLetter.ACCOUNTABLE, DutyLetter.EXECUTE, DutyLetter.REVIEW, DutyLetter.SUPERVISE)
    ]
