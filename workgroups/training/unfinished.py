"""What of training is missing when a season is to be opened, and open when it is to be closed."""

from typing import Any

from django.urls import reverse

from admissions.house.questions import Unfinished
from admissions.house.unfinished import by_state

from .enums import AttemptStatus
from .models import Attempt, Course


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """A course is open; it may be opened later, and until then nobody goes on duty on a post that needs training."""
    if Course.objects.open().of_season(season).exists():
        return []
    url = f"{reverse('training:courses')}?season={season.pk}"
    later = "可在开启后由培训管理员开放；开放以前，须培训的岗位不能上岗。"
    return [Unfinished("培训课程尚未开放", 1, "培训管理员", carry_over=later, url=url)]


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    rows = Attempt.objects.filter(course__season=season)
    kept = "未交卷的作答不再继续，按未完成留存。"
    return by_state(rows, user, "培训考试", (AttemptStatus.OPEN,), "本人", kept)
