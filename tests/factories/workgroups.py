from datetime import timedelta
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.seasons.models import Season
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.groups.enums import GroupKind, GroupStatus, PostRank
from workgroups.groups.models import Post, PostIncompatibility, WorkGroup

from .accounts import UserFactory
from .base import AuditedFactory


class SeasonFactory(AuditedFactory):
    class Meta:
        model = Season

    year = 2026
    name = factory.Sequence(lambda n: f"2026年录取季{n}")


class WorkGroupFactory(AuditedFactory):
    class Meta:
        model = WorkGroup

    season = factory.SubFactory(SeasonFactory)
    kind = GroupKind.ADMISSION
    name = factory.Sequence(lambda n: f"工作组{n}")
    status = GroupStatus.ACTIVE


class PostFactory(AuditedFactory):
    class Meta:
        model = Post

    group = factory.SubFactory(WorkGroupFactory)
    name = factory.Sequence(lambda n: f"岗位{n}")
    rank = PostRank.MEMBER
    headcount_max = 3


class PostIncompatibilityFactory(AuditedFactory):
    class Meta:
        model = PostIncompatibility

    why = "录入与复核须由不同的人承担"


def incompatible(one: Post, other: Post) -> PostIncompatibility:
    first, second = sorted([one, other], key=lambda post: post.pk)
    return PostIncompatibilityFactory(first=first, second=second)


class AppointmentFactory(AuditedFactory):
    class Meta:
        model = Appointment

    person = factory.SubFactory(UserFactory)
    post = factory.SubFactory(PostFactory)
    period = factory.LazyFunction(lambda: DateTimeTZRange(timezone.now() - timedelta(days=1), None))
    status = AppointmentStatus.PENDING
    basis = "录取领导小组决议〔2026〕1号"


def leader_of(group: WorkGroup, **kwargs: Any) -> Appointment:
    post = PostFactory(group=group, rank=PostRank.LEADER, name="组长", headcount_max=1)
    return AppointmentFactory(post=post, **kwargs)
