"""Scans that are still to be compared when a season is to be closed."""

from typing import Any

from admissions.house.questions import Unfinished
from admissions.house.unfinished import by_state

from .enums import ScanStatus
from .models import PledgeScan


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """A scan is confirmed or refused; what nobody has signed lapses with the post."""
    rows = PledgeScan.objects.filter(version__template__season=season)
    return by_state(rows, user, "纸质签名扫描件", (ScanStatus.PENDING,), "另一名行政秘书核对")
