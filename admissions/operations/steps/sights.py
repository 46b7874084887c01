"""Sight of one sheet (授权查阅): whoever leads the group that answers for it gives it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.decision import Decision
from admissions.sight.kinds import SightKind
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import leads, led_groups
from workgroups.groups.models import below

from .models import StepRun


def may_give(user: Any, run: StepRun) -> Decision:
    return leads(user, run.group, RightArea.STEPS)


def runs_led(user: Any) -> QuerySet:
    return StepRun.objects.filter(below("group", list(led_groups(user, RightArea.STEPS))))


def run_url(run: StepRun) -> str:
    return reverse("steps:run", args=[run.pk])


RUNS = SightKind(
    model=StepRun,
    label="环节单",
    answers_for=may_give,
    run_by=runs_led,
    covers=(),
    opens_trail=False,
    url=run_url,
)
