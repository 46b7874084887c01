"""What of the plan is missing when a season is to be opened."""

from typing import Any

from django.urls import reverse

from admissions.house.questions import Unfinished
from admissions.house.unfinished import still_open

SECRETARY = "行政秘书"


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """Batches have their dates; a season may be opened before its batches are registered."""
    url = reverse("seasons:schedule", args=[season.pk])
    batches = season.batches.all()
    if not batches.exists():
        return [Unfinished("批次尚未登记", 1, SECRETARY, carry_over="可在开启后由行政秘书登记。", url=url)]
    return still_open(batches.filter(starts_on__isnull=True), user, "没有起止日期的批次", f"{SECRETARY}补齐起止日期")
