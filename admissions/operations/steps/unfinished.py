"""Sheets that are still open when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import by_state, still_open
from admissions.seasons.lifecycle.enums import SeasonStatus

from .enums import FINAL, RunStatus
from .models import StepRun

OPEN = tuple(status for status in RunStatus if status not in FINAL)
PARTS = "各环节的执行、复核、监督岗位签署，负责岗位归档或作废"


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Every sheet is archived or given up."""
    return by_state(StepRun.objects.of_season(season), user, "环节单", OPEN, PARTS)


def _reviewed_by(person: Any) -> Any:
    """A review somebody has taken waits for that person."""
    rows = StepRun.objects.filter(reviewer=person, status=RunStatus.REVIEWING)
    return rows.exclude(step__season__status=SeasonStatus.CLOSED)


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    return still_open(_reviewed_by(account), user, "环节单（复核中）", "本人复核完毕，或离岗后由他人接替复核")


def runs_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """Open sheets of the steps in which the post has a part."""
    rows = StepRun.objects.open().filter(step__duties__post=appointment.post)
    for row in rows.visible_to(appointment.person).without_recused(receiver).select_related("step__season").distinct():
        url = reverse("steps:run", args=[row.pk])
        yield HeldItem(f"{row}（{row.get_status_display()}）", url, row.trail_scope().subjects)


def overdue(user: Any) -> list[Late]:
    rows = StepRun.objects.visible_to(user).overdue()
    return [Late("环节单", rows.count(), f"{reverse('steps:runs')}?whose=late")]
