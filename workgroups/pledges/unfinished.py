"""What of the pledges is missing when a season is to be opened, and open when it is to be closed."""

from typing import Any

from django.urls import reverse

from admissions.house.questions import Unfinished
from admissions.house.unfinished import by_state

from .enums import ScanStatus, VersionStatus
from .models import PledgeScan, PledgeVersion


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """Texts to sign are in force; they may be published later, and until then nobody goes on duty on a post that needs one."""
    if PledgeVersion.objects.filter(template__season=season, status=VersionStatus.PUBLISHED).exists():
        return []
    url = f"{reverse('pledges:templates')}?season={season.pk}"
    later = "可在开启后由行政秘书发布；发布以前，须签承诺书的岗位不能上岗。"
    return [Unfinished("承诺书尚未发布", 1, "行政秘书", carry_over=later, url=url)]


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """A scan is confirmed or refused; what nobody has signed lapses with the post."""
    rows = PledgeScan.objects.filter(version__template__season=season)
    return by_state(rows, user, "纸质签名扫描件", (ScanStatus.PENDING,), "另一名行政秘书核对")
