"""What of accounts is still open when a season or an account is to be closed."""

from typing import Any

from django.utils import timezone

from admissions.house.questions import Unfinished
from admissions.house.unfinished import still_open

from .break_glass.enums import BreakGlassStatus
from .break_glass.models import REQUEST_LIVES, BreakGlassAccess
from .models import RoleGrant, User

KIND = "紧急授权"
APPROVERS = "安全管理员"


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Who reads the season in an emergency reads only: requests, ends and reviews go on as they do after the season."""
    rows = BreakGlassAccess.objects.filter(season=season)
    goes_on = "只供查阅，录取季结束后照常批准、结束和复核。"
    requested = rows.filter(status=BreakGlassStatus.REQUESTED, requested_at__gt=timezone.now() - REQUEST_LIVES)
    return [
        *still_open(requested, user, f"{KIND}（待批准）", APPROVERS, goes_on),
        *still_open(rows.running(), user, f"{KIND}（生效中）", "本人或批准人", goes_on),
        *still_open(rows.to_review(), user, f"{KIND}（待复核）", "驻点监督员", goes_on),
    ]


def before_account_closes(account: User, user: Any) -> list[Unfinished]:
    """Roles end with the account; a break-glass access is ended first."""
    accesses = BreakGlassAccess.objects.open_of(account)
    return [
        *still_open(
            RoleGrant.objects.filter(user=account).live(),
            user,
            "角色授权",
            APPROVERS,
            "随账号注销一并终止，不必先行撤销。",
        ),
        *still_open(accesses, user, KIND, "本人撤回，或由批准人提前结束"),
    ]
