"""What of the structure is missing when a season is to be opened."""

from typing import Any

from django.urls import reverse

from admissions.house.questions import Unfinished
from admissions.house.unfinished import still_open

from .enums import GroupKind, GroupStatus
from .models import WorkGroup


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """There is a body that can decide; other groups may begin later."""
    url = f"{reverse('groups:create')}?season={season.pk}"
    groups = WorkGroup.objects.of_season(season)
    found = []
    if not groups.standing().filter(kind=GroupKind.LEADING).exists():
        found.append(Unfinished("领导小组尚未设立", 1, "行政秘书建立领导小组，或以模板新建录取季", url=url))
    drafts = groups.filter(status=GroupStatus.DRAFT)
    return [*found, *still_open(drafts, user, "筹建中的工作组", "行政秘书", "可在开启后由行政秘书逐一启用。")]
