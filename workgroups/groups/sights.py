"""Sight of a group's trail (授权查阅): whoever supervises the group gives it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import supervises
from admissions.core.decision import Decision
from admissions.sight.kinds import SightKind

from .models import WorkGroup, groups_in_scope


def may_give(user: Any, group: WorkGroup) -> Decision:
    return may(user, Permission.SUPERVISE, "授权查阅工作组的留痕", season_id=group.season_id, group_id=group.pk)


def groups_of(user: Any) -> QuerySet:
    return WorkGroup.objects.filter(groups_in_scope(user)) if supervises(user) else WorkGroup.objects.none()


def trail_url(group: WorkGroup) -> str:
    return reverse("audit:group", args=[group.pk])


TRAILS = SightKind(
    model=WorkGroup,
    label="工作组的留痕",
    answers_for=may_give,
    run_by=groups_of,
    covers=(),
    opens_trail=True,
    url=trail_url,
)
