"""May X prepare, open or close this season?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission, role_names_with
from admissions.accounts.rules import may
from admissions.core.capability import Slot
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from admissions.house.questions import OfSeason, Unfinished
from admissions.house.unfinished import ask_all, holding, in_one_sentence

from .enums import SeasonStatus
from .locking import any_ended
from .models import Season

SECRETARIAT = f"请联系{role_names_with(Permission.MANAGE_SEASONS)}办理。"

# What every capability says must be there before a season opens, and done before it ends: (season, user) → what is not.
BEFORE_OPENING: Slot[OfSeason] = Slot("before_season_opens", OfSeason)
BEFORE_CLOSING: Slot[OfSeason] = Slot("before_season_closes", OfSeason)


OVER = deny("录取季已结束，不能再办理。", who_can="请切换到正在进行的录取季。")


def still_going(season: Season) -> Decision:
    """For what begins something in a season; the gate of every command asks it of the records by itself."""
    return OVER if season.is_frozen else allow()


def season_over(season_ids: frozenset[int]) -> Decision:
    """The gate's question: has one of the seasons ended? Read anew each time."""
    return OVER if any_ended(season_ids) else allow()


def can_create_season(user: User) -> Decision:
    """The secretariat prepares seasons and templates."""
    return may(user, Permission.MANAGE_SEASONS, "建立录取季")


@in_parts
def can_clone_season(user: User, source: Season) -> Parts:
    """Any season or template may serve as model, whatever its state."""
    yield may(user, Permission.MANAGE_SEASONS, "建立录取季")
    if not source.pk:
        yield deny("没有可供复制的录取季或模板。", who_can="请先建立录取季，或由行政秘书载入模板。")


@in_parts
def can_correct_season(user: User, season: Season) -> Parts:
    """Year and name, while the season is being prepared."""
    yield may(user, Permission.MANAGE_SEASONS, "更正录取季", season_id=season.pk)
    yield _in_status(season, SeasonStatus.DRAFT, "更正年份和名称")


@in_parts
def can_change_plan(user: User, season: Season) -> Parts:
    """Batches and their stages, until the season has ended."""
    yield may(user, Permission.MANAGE_SEASONS, "编排批次", season_id=season.pk)
    yield still_going(season)


@in_parts
def can_open_season(user: User, season: Season) -> Parts:
    """A prepared season that is no template and has what every capability asks for."""
    yield needed(can_prepare_opening(user, season))
    yield _nothing_holds(missing_in(season, user), season, "开启")


@in_parts
def can_prepare_opening(user: User, season: Season) -> Parts:
    """Whether the person may open it at all, whatever is missing still."""
    yield may(user, Permission.MANAGE_SEASONS, "开启录取季", season_id=season.pk)
    if season.is_template:
        yield deny("模板不能开启。", who_can="请以此模板新建录取季。")
    yield _in_status(season, SeasonStatus.DRAFT, "开启")


def missing_in(season: Season, user: User) -> list[Unfinished]:
    """What is not there yet for the season to open, in the order of the house; what may follow later says so."""
    return ask_all(BEFORE_OPENING, season, user)


def left_in(season: Season, user: User) -> list[Unfinished]:
    """Everything in the season that is still open, in the order of the house; what may be carried over says so."""
    return ask_all(BEFORE_CLOSING, season, user)


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


@in_parts
def can_close_season(user: User, season: Season) -> Parts:
    """An open season in which nothing is left undone; closing is final. The page lists what the command asks."""
    yield needed(can_prepare_closing(user, season))
    yield _nothing_holds(left_in(season, user), season, "结束")


@in_parts
def can_prepare_closing(user: User, season: Season) -> Parts:
    """Whether the person may close it at all, whatever is left to do still."""
    yield may(user, Permission.MANAGE_SEASONS, "结束录取季", season_id=season.pk)
    yield _in_status(season, SeasonStatus.OPEN, "结束")


def _nothing_holds(found: list[Unfinished], season: Season, what: str) -> Decision:
    """No number of what the person may not see is told."""
    held = holding(found)
    if not held:
        return allow()
    return deny(f"还有{in_one_sentence(held)}，{season.name}不能{what}。", who_can=f"请先办结，逐项见“{what}录取季”。")


def _in_status(season: Season, wanted: SeasonStatus, what: str) -> Decision:
    if season.status == wanted:
        return allow()
    return deny(
        f"{season.name}当前为“{season.get_status_display()}”，不能{what}。", who_can="请刷新页面查看录取季现在的状态。"
    )
