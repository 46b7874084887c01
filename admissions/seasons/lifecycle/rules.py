"""May X prepare, open or close this season?"""

from collections.abc import Callable
from typing import Any

from admissions.accounts.permissions import Permission, role_names_with
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import SeasonStatus
from .models import Season

SECRETARIAT = f"请联系{role_names_with(Permission.MANAGE_SEASONS)}办理。"

# Apps above say here what must be true before a season is opened or closed; season → Decision.
opening_checks: list[Callable[[Season], Decision]] = []
closing_checks: list[Callable[[Season], Decision]] = []


def may_manage_seasons(user: Any) -> bool:
    return has_permission(user, Permission.MANAGE_SEASONS)


def can_create_season(user: Any) -> Decision:
    """The secretariat prepares seasons and templates."""
    return may(user, Permission.MANAGE_SEASONS, "建立录取季")


def can_clone_season(user: Any, source: Season) -> Decision:
    """Any season or template may serve as model, whatever its state."""
    return first_denial(
        may(user, Permission.MANAGE_SEASONS, "建立录取季"),
        allow() if source.pk else deny("没有可供复制的录取季或模板。"),
    )


def can_correct_season(user: Any, season: Season) -> Decision:
    """Year and name, while the season is being prepared."""
    return first_denial(
        may(user, Permission.MANAGE_SEASONS, "更正录取季", season_id=season.pk),
        _in_status(season, SeasonStatus.DRAFT, "更正年份和名称"),
    )


def can_change_plan(user: Any, season: Season) -> Decision:
    """Batches and their stages, until the season has ended."""
    return first_denial(
        may(user, Permission.MANAGE_SEASONS, "编排批次", season_id=season.pk),
        deny(f"{season.name}已结束，批次和阶段不能再改。") if season.is_frozen else allow(),
    )


def can_open_season(user: Any, season: Season) -> Decision:
    """A prepared season that is no template and fulfils what the apps above ask for."""
    return first_denial(
        may(user, Permission.MANAGE_SEASONS, "开启录取季", season_id=season.pk),
        deny("模板不能开启。", who_can="请以此模板新建录取季。") if season.is_template else allow(),
        _in_status(season, SeasonStatus.DRAFT, "开启"),
        *(check(season) for check in opening_checks),
    )


def difference_was_seen(season: Season, seen: str, current: str) -> Decision:
    """The person has looked at exactly the difference that would be opened now."""
    if seen == current:
        return allow()
    if not seen:
        return deny(f"开启{season.name}之前须先查看与上年的差异。", who_can="请打开“与上年比较”，核对后从该页开启。")
    return deny(
        f"{season.name}的编排在您查看差异之后又有变化，不能按旧的比较结果开启。", who_can="请重新查看差异后再开启。"
    )


def has_basis(basis: str) -> Decision:
    """A season is opened on the number of a resolution or order."""
    if basis.strip():
        return allow()
    return deny("开启录取季须注明依据的决议或文件文号。", who_can="请填写会议决议编号或工作方案文号。")


def can_close_season(user: Any, season: Season) -> Decision:
    """An open season in which nothing above is left undone; closing is final."""
    return first_denial(
        may(user, Permission.MANAGE_SEASONS, "结束录取季", season_id=season.pk),
        _in_status(season, SeasonStatus.OPEN, "结束"),
        *(check(season) for check in closing_checks),
    )


def _in_status(season: Season, wanted: SeasonStatus, what: str) -> Decision:
    if season.status == wanted:
        return allow()
    return deny(f"{season.name}当前为“{season.get_status_display()}”，不能{what}。")
