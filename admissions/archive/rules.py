"""Who may put a season away, fetch its pack, and have it made again."""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.audit.access import may_read_trail, recused_scope, trail_access
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.jobs.enums import JobState
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.models import Season

from .models import SeasonArchive


def can_view_archives(user: User) -> Decision:
    """Whoever reads a trail, and the secretariat that puts seasons away."""
    if may_read_trail(user) or has_permission(user, Permission.MANAGE_SEASONS):
        return allow()
    return deny("您没有查看归档的权限。", who_can="请联系驻点监督员、审计管理员或行政秘书。")


def sees_archives(user: User) -> bool:
    return can_view_archives(user).ok


@in_parts
def can_archive(user: User, season: Season) -> Parts:
    """The secretariat puts away what is closed, once."""
    if season.status != SeasonStatus.CLOSED:
        yield deny(f"录取季是“{season.get_status_display()}”，结束以后才能归档。", who_can="请行政秘书先结束录取季。")
    yield may(user, Permission.MANAGE_SEASONS, "归档录取季", season_id=season.pk)
    if SeasonArchive.objects.filter(season=season).exists():
        yield deny("这个录取季已经归档。", who_can="归档包和核验结果在“归档”查看。")


def can_fetch(user: User) -> Decision:
    """The pack shows the whole season: only who keeps every season or reads the whole trail, recused from nothing."""
    if recused_scope(user).subjects():
        return deny("归档包含有您应当回避的内容，不能下载。", who_can="请由没有回避事项的审计管理员办理。")
    if trail_access(user).everything:
        return allow()
    return may(user, Permission.MANAGE_SEASONS, "下载归档包")


def can_pack_again(user: User, archive: SeasonArchive) -> Decision:
    """Where the pack was not made: a full disk, a missing key."""
    if archive.is_ready:
        return deny("归档包已经生成。", who_can="请在“归档”下载。")
    if archive.job.state not in (JobState.FAILED, JobState.CANCELLED):
        return deny("归档包没有生成失败，不用重新生成。", who_can="请等待正在生成的归档包，进度在后台任务页。")
    return may(user, Permission.MANAGE_SEASONS, "重新生成归档包", season_id=archive.season_id)
