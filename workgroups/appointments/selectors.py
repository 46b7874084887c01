"""Who sits where: live appointments, leaders, subtrees, and who was responsible at an instant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.selectors import roles_of
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Principal, allow, deny, first_yes, needed
from admissions.core.todos import Todo
from workgroups.groups.enums import DutyLetter, PostRank
from workgroups.groups.models import Step, StepDuty, WorkGroup

from .deputies import standing_in, stood_in_for
from .enums import ANY_AREA, AppointmentStatus, RightArea
from .ground import GROUND, still_holds
from .models import Appointment, AppointmentPassage
from .state_answer import NOTICE

SCOPE_CLAUSE = cite("house-deputy-scope")


def own_appointments(user: User) -> list[Appointment]:
    """The user's own appointments in force now, by what was recorded; whether a right holds says `held_by`."""
    return [row for row in _current_appointments(user) if row.status == AppointmentStatus.ON_DUTY]


def _current_appointments(user: User) -> list[Appointment]:
    """The user's own appointments that are not over, on duty or waiting; read once per user object, that is once per request."""
    cached = user.__dict__.get("_current_appointments")
    if cached is None:
        rows = Appointment.objects.current().filter(person=user).select_related("post__group__season")
        cached = user.__dict__["_current_appointments"] = list(rows)
        for row in cached:
            row.person = user  # in hand already
    return cached


def live_appointments(user: User, area: str | None = None) -> list[Appointment]:
    """The appointments whose rights in the area the user has now: first the own ones, then those of principals stood in for.

    Without an area only deputies for everything count; `ANY_AREA` is for reading and showing.
    `held_by` says of each whose right it is, and whether it holds at this instant; who tests membership or leadership by
    hand returns that answer.
    """
    return [*own_appointments(user), *stood_in_for(user, area)]


def whose(user: User, appointment: Appointment) -> Decision:
    """Yes by an own right, or yes on behalf of the principal; of an appointment among the user's live ones."""
    if appointment.person_id == user.pk:
        return allow()
    return allow(Principal(appointment.person, str(appointment.post)))


def held_by(user: User, appointment: Appointment) -> Decision:
    """Whose right it is, as long as its ground still holds: a deputy has no more than the principal has now."""
    ground = still_holds(appointment)
    return whose(user, appointment) if ground.ok else needed(ground)


def _first_held(user: User, rows: Iterable[Appointment]) -> Decision | None:
    """The first right of these that holds, an own one before a principal's; else why the first does not; None without any."""
    denial: Decision | None = None
    for row in rows:
        right = held_by(user, row)
        if right.ok:
            return right
        denial = denial or right
    return denial


def holds(user: User, area: RightArea, suits: Callable[[Appointment], bool], otherwise: Decision) -> Decision:
    """The right of an appointment that suits, by an own post or as a deputy in this area; else the other answer."""
    held = _first_held(user, (row for row in live_appointments(user, area) if suits(row)))
    answer = otherwise if held is None else first_yes(held, otherwise)
    if answer.ok:
        return answer
    return held or needed(outside_scope(user, area, suits, _suspended(user, suits, otherwise)))


def _suspended(user: User, suits: Callable[[Appointment], bool], otherwise: Decision) -> Decision:
    """Who would have the right but for a suspension hears that; everybody else the other answer."""
    rows = (row for row in _current_appointments(user) if row.status == AppointmentStatus.SUSPENDED)
    row = next((row for row in rows if suits(row)), None)
    return otherwise if row is None else still_holds(row)


def outside_scope(user: User, area: str | None, suits: Callable[[Appointment], bool], otherwise: Decision) -> Decision:
    """Why a deputy has nothing although the post would suit: the matter was not delegated; else the other answer."""
    row = next((row for row in stood_in_for(user, ANY_AREA) if suits(row)), None)
    if row is None:
        return otherwise
    matter = f"“{RightArea(area).label}”" if area in RightArea.values else "这项工作"
    return deny(
        f"您正代{row.person.name}的岗，但{matter}不在代岗事项内。",
        SCOPE_CLAUSE,
        f"请由{row.person.name}或{row.post.group}的其他有权人员办理，或重新安排代岗。",
    )


def post_or_office(right: Decision, office: Decision) -> Decision:
    """One is enough; with neither, a deputy hears that the matter was not delegated and a holder what the right lacks now,
    everybody else what the office says.
    """
    return first_yes(office, right) if right.clause in (SCOPE_CLAUSE, GROUND) else first_yes(right, office)


def post_of(user: User, group_id: int | None) -> str:
    """As what the user acts by own right: the post in this group, else the first own one, else roles, else the waiting post.

    An act on behalf of a principal names the principal's post instead; that comes with the rule's answer.
    """
    posts = [appointment.post for appointment in own_appointments(user)]
    in_group = [post for post in posts if post.group_id == group_id]
    for post in in_group or posts:
        return str(post)
    return "、".join(sorted(role.label for role in roles_of(user))) or waiting_post(user)


def waiting_post(user: User) -> str:
    """The post of somebody appointed who is not on duty yet, marked so; empty for everybody else."""
    return "".join(f"{row.post}（{row.get_status_display()}）" for row in _current_appointments(user)[:1])


def seasons_worked_in(user: User) -> set[int]:
    """Ids of the seasons in which the user holds a post, on duty or waiting, or stands in for somebody."""
    rows = [*_current_appointments(user), *stood_in_for(user, ANY_AREA)]
    return {row.post.group.season_id for row in rows}


def ending_todos(user: User) -> list[Todo]:
    """Own posts whose period is about to end: it is extended, or handed over, before the rights are gone."""
    soon = timezone.now() + NOTICE
    rows = [row for row in own_appointments(user) if row.period.upper is not None and row.period.upper <= soon]
    return [
        Todo(
            "续任或交接",
            f"{row.post}（任职期间于{minute_text(row.period.upper)}届满，届满后不能再以此岗位办理）",
            reverse("appointments:one", args=[row.pk]),
            due_at=row.period.upper,
            button="查看",
            season_id=row.post.group.season_id,
        )
        for row in rows
    ]


def led_groups(user: User, area: str | None = None) -> dict[int, Decision]:
    """Ids of the groups the user leads now in the area, each with whose right it is; an own post goes before a deputised one.

    For reading and showing; whether one of these rights holds at this instant says `leads`.
    """
    led: dict[int, Decision] = {}
    for appointment in live_appointments(user, area):
        if appointment.post.rank == PostRank.LEADER:
            led.setdefault(appointment.post.group_id, whose(user, appointment))
    return led


def leads(user: User, group: WorkGroup, area: str | None = None) -> Decision:
    """Does the user lead this group or one above it, by an own post or as a leader's deputy for this area?

    Rules hand the answer on instead of only asking whether it is yes: it carries the principal into the ledger.
    `ANY_AREA` asks for the place in the order of groups, not for a right: that is there whatever has lapsed.
    """
    chain: list[int] = []
    above: WorkGroup | None = group
    while above is not None:
        chain.append(above.pk)
        above = above.parent
    leading = [row for row in live_appointments(user, area) if is_leader_of(row, chain)]
    # An own right before a principal's; of these the group's own leader before those above.
    leading.sort(key=lambda row: (row.person_id != user.pk, chain.index(row.post.group_id)))
    if leading and area == ANY_AREA:
        return whose(user, leading[0])
    found = _first_held(user, leading)
    if found is not None:
        return found
    nobody = deny(f"您不是{group}或其上级工作组的组长。", who_can="请由组长办理。")
    at_all = _suspended(user, lambda row: is_leader_of(row, chain), nobody)
    return needed(outside_scope(user, area, lambda row: is_leader_of(row, chain), at_all))


def is_leader_of(appointment: Appointment, groups: Iterable[int]) -> bool:
    return appointment.post.rank == PostRank.LEADER and appointment.post.group_id in groups


@dataclass(frozen=True)
class Responsible:
    """One person's part in a step at an instant, and the delegations that covered it."""

    letter: str
    label: str
    appointment: Appointment
    status: AppointmentStatus
    delegations: tuple[Any, ...] = ()


@dataclass
class Responsibility:
    """Who answered for a step at an instant (#4)."""

    step: Step
    at: datetime
    rows: list[Responsible] = field(default_factory=list)
    leaders: list[Responsible] = field(default_factory=list)
    posts: set[int] = field(default_factory=set)


def responsible_at(step: Step, at: datetime) -> Responsibility:
    """Executor, reviewer, supervisor and the leaders of their groups at the instant, by what was recorded then."""
    duties = list(StepDuty.objects.filter(step=step).select_related("post__group"))
    posts = {duty.post_id for duty in duties}
    groups = {duty.post.group_id for duty in duties}
    seated = _seated_at(Appointment.objects.filter(post_id__in=posts), at)
    leading = _seated_at(Appointment.objects.filter(post__group_id__in=groups, post__rank=PostRank.LEADER), at)
    stood_in = _delegations_at([*seated, *leading], at)
    answer = Responsibility(step, at, posts=posts | {row.post_id for row, _ in leading})
    for duty in sorted(duties, key=lambda duty: list(DutyLetter.values).index(duty.letter)):
        answer.rows += [
            Responsible(duty.letter, duty.get_letter_display(), a, status, stood_in.get(a.pk, ()))
            for a, status in seated
            if a.post_id == duty.post_id
        ]
    answer.leaders = [Responsible("", "主体责任", a, status, stood_in.get(a.pk, ())) for a, status in leading]
    return answer


def _delegations_at(seated: list[tuple[Appointment, AppointmentStatus]], at: datetime) -> dict[int, tuple[Any, ...]]:
    """Appointment id → delegations that covered the instant; nobody stands in for who is not on duty."""
    served = {row.pk for row, status in seated if status == AppointmentStatus.ON_DUTY}
    found: dict[int, tuple[Any, ...]] = {}
    for delegation in standing_in(served, at) if served else []:
        found[delegation.appointment_id] = (*found.get(delegation.appointment_id, ()), delegation)
    return found


def _seated_at(appointments: QuerySet[Appointment], at: datetime) -> list[tuple[Appointment, AppointmentStatus]]:
    """Appointments whose period covers the instant, with the status they had then by their passages."""
    rows = list(appointments.filter(period__contains=at).select_related("person", "post__group"))
    then: dict[int, str] = {}
    passages = AppointmentPassage.objects.filter(appointment__in=rows, at__lte=at).order_by("at", "id")
    for passage in passages:
        then[passage.appointment_id] = passage.to_status
    seated = [(row, AppointmentStatus(then[row.pk])) for row in rows if row.pk in then]
    return [(row, status) for row, status in seated if status != AppointmentStatus.ENDED]


def may_approve_for(approver: User, person: User) -> Decision:
    """Nobody answers for their own superior: the approver works in no group that the person leads, at any depth."""
    for appointment in live_appointments(approver, ANY_AREA):
        if leads(person, appointment.post.group, ANY_AREA):
            return deny(
                f"您在{person.name}领导的工作组任职，不能批准其紧急授权。", who_can="请由另一位安全管理员办理。"
            )
    return allow()
