"""Imports that are still under way when a season is to be closed."""

from typing import Any

from admissions.house.questions import Unfinished
from admissions.house.unfinished import by_state

from .enums import ImportStatus
from .models import ImportBatch

UNDER_WAY = (ImportStatus.CHECKING, ImportStatus.READY, ImportStatus.APPLYING)


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """An import is confirmed or voided; one that is being written is waited for."""
    rows = ImportBatch.objects.filter(season=season)
    return by_state(rows, user, "数据导入", UNDER_WAY, "由确认人确认，或由上传人作废")
