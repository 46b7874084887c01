"""A season with a group that is led and supervised, and opinions about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from discipline.opinions.enums import OpinionKind
from discipline.opinions.models import Opinion
from discipline.opinions.services import answer_opinion, close_opinion, issue_opinion
from tests.factories.accounts import user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from workgroups.appointments.enums import AppointmentStatus


@dataclass
class Watched:
    """A group, who leads it, a member, and the supervisor of just this group."""

    group: Any
    leader: User
    member: User
    supervisor: User

    @property
    def season(self) -> Any:
        return self.group.season


def again(user: User) -> User:
    """The person as a new request sees it."""
    return User.objects.get(pk=user.pk)


def watched(season: Any = None) -> Watched:
    group = WorkGroupFactory(season=season or OpenSeasonFactory())
    leader = leader_of(group, status=AppointmentStatus.ON_DUTY).person
    member = AppointmentFactory(post=PostFactory(group=group), status=AppointmentStatus.ON_DUTY).person
    return Watched(
        group, again(leader), again(member), again(user_with(Role.SUPERVISOR, season=group.season, group=group))
    )


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def issued(of: Watched, **fields: Any) -> Opinion:
    given = {
        "group": of.group, "kind": OpinionKind.ADVISE, "title": "交接记录不全", "text": "七月三日夜班没有交接记录，请补齐并说明原因。",
        "due_on": in_days(3),
    } | fields  # fmt: skip
    return issue_opinion(actor=again(of.supervisor), reason=given["title"], **given)


def answered(of: Watched, opinion: Opinion | None = None, text: str = "已补齐，并改为双人签收。") -> Opinion:
    return answer_opinion(actor=again(of.leader), reason="答复", opinion=opinion or issued(of), text=text)


def closed(of: Watched, opinion: Opinion | None = None) -> Opinion:
    return close_opinion(actor=again(of.supervisor), reason="抽查三日，记录齐全。", opinion=answered(of, opinion))
