"""Attempts that nobody has handed in when a season is to be closed."""

from typing import Any

from admissions.house.questions import Unfinished
from admissions.house.unfinished import by_state

from .enums import AttemptStatus
from .models import Attempt


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    rows = Attempt.objects.filter(course__season=season)
    kept = "未交卷的作答不再继续，按未完成留存。"
    return by_state(rows, user, "培训考试", (AttemptStatus.OPEN,), "本人", kept)
