"""Sight of one opinion (授权查阅): whoever supervises its group gives it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.decision import Decision
from admissions.sight.kinds import SightKind
from workgroups.meetings.models.scoping import groups_supervised

from . import rules
from .models import Opinion


def may_give(user: Any, opinion: Opinion) -> Decision:
    return rules.can_supervise(user, opinion.group, "授权查阅监督意见")


def opinions_supervised(user: Any) -> QuerySet:
    return Opinion.objects.filter(groups_supervised(user, "group"))


def opinion_url(opinion: Opinion) -> str:
    return reverse("opinions:one", args=[opinion.pk])


OPINIONS = SightKind(
    model=Opinion,
    label="监督意见",
    answers_for=may_give,
    run_by=opinions_supervised,
    covers=(),
    opens_trail=False,
    url=opinion_url,
)
