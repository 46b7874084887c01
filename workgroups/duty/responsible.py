"""“Who was responsible at time t” as its page shows it (#4): people, deputies, pledges and rules of that instant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from admissions.rulebook.models import Clause, ClauseVersion
from admissions.rulebook.selectors import versions_in_force
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import Responsibility, Responsible
from workgroups.groups.enums import DutyLetter
from workgroups.groups.models import Post, PostDuty
from workgroups.pledges.selectors import PledgeThen, pledges_at

from .models import Delegation

# Who carries, executes, reviews or supervises a step answers for it directly; who is consulted or informed does not.
DIRECT = (DutyLetter.ACCOUNTABLE, DutyLetter.EXECUTE, DutyLetter.REVIEW, DutyLetter.SUPERVISE)


@dataclass(frozen=True)
class Line:
    """One person of the answer. A deputy's line follows that of the principal and has no pledge of its own."""

    part: str
    name: str
    post: Post
    status: AppointmentStatus
    note: str
    pledges: list[PledgeThen] = field(default_factory=list)
    is_deputy: bool = False
    is_away: bool = False


@dataclass(frozen=True)
class RuleThen:
    """A clause the duties of these posts rest on, in the version in force at the instant; None when none was."""

    clause: Clause
    version: ClauseVersion | None
    posts: list[Post]


def lines_for(reader: Any, answer: Responsibility) -> list[Line]:
    """Leaders first, then the parts of the step; only people the reader may see, deputies by themselves."""
    everyone = [*answer.leaders, *answer.rows]
    appointments = {row.appointment.pk for row in everyone}
    delegations = {delegation.pk for row in everyone for delegation in row.delegations}
    visible = set(Appointment.objects.visible_to(reader).filter(pk__in=appointments).values_list("pk", flat=True))
    named = set(Delegation.objects.visible_to(reader).filter(pk__in=delegations).values_list("pk", flat=True))
    pledges = pledges_at(visible, answer.at)
    return [
        line
        for row in everyone
        if row.appointment.pk in visible
        for line in _lines(row, [d for d in row.delegations if d.pk in named], pledges.get(row.appointment.pk, []))
    ]


def _lines(row: Responsible, delegations: list[Delegation], pledges: list[PledgeThen]) -> Iterable[Line]:
    part = f"{row.label}（直接责任）" if row.letter in DIRECT else row.label
    person, post = row.appointment.person, row.appointment.post
    away = bool(delegations) and row.status == AppointmentStatus.ON_DUTY
    yield Line(part, person.name, post, row.status, _absence(row, delegations), pledges, is_away=away)
    for delegation in delegations:
        yield Line(
            f"{row.label}（代岗）", str(delegation), post, row.status, f"代岗事项：{delegation.matters}", is_deputy=True
        )


def _absence(row: Responsible, delegations: list[Delegation]) -> str:
    """Nothing is said about a deputy the reader must not know of, not even that there was none."""
    if delegations:
        return f"由{'、'.join(delegation.deputy.name for delegation in delegations)}代岗"
    if row.status == AppointmentStatus.ON_DUTY:
        return ""
    return "不在岗" if row.delegations else "不在岗，无人代岗"


def rules_for(reader: Any, answer: Responsibility) -> list[RuleThen]:
    """The clauses on which the duties of these posts rest, as they stood at the instant, in the order of the rulebook."""
    duties = PostDuty.objects.visible_to(reader).filter(post__in=answer.posts, clause__isnull=False)
    clauses: dict[int, Clause] = {}
    posts: dict[int, dict[int, Post]] = {}
    for duty in duties.select_related("clause__source", "post__group").order_by("post__order", "post_id", "order"):
        clauses[duty.clause_id] = duty.clause
        posts.setdefault(duty.clause_id, {})[duty.post_id] = duty.post
    versions = versions_in_force(clauses, answer.at)
    found = [RuleThen(clause, versions.get(pk), list(posts[pk].values())) for pk, clause in clauses.items()]
    return sorted(found, key=lambda rule: (rule.clause.category, rule.clause.order, rule.clause.code))
