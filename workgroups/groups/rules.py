"""May X shape the groups, posts and the responsibility matrix of a season?"""

from typing import Any

from django.db.models import QuerySet

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season

from .enums import GroupStatus, PostRank
from .models import Post, StepDuty, WorkGroup

# Refusals give no number of people: whoever is recused from one of them must not learn it from a count.
HAND_OVER_FIRST = "请先办理离岗交接，或撤回尚未上岗的任职。"


@in_parts
def can_shape_season(user: User, season: Season) -> Parts:
    """The secretariat, while the season is not closed."""
    yield may(user, Permission.MANAGE_GROUPS, "管理工作组和岗位", season_id=season.pk)
    yield still_going(season)


@in_parts
def can_change_group(user: User, group: WorkGroup) -> Parts:
    """A dissolved group stays as it was."""
    yield can_shape_season(user, group.season)
    if group.status == GroupStatus.DISSOLVED:
        yield deny("工作组已撤销，不能再改。", who_can="需要的，请另设工作组。")


@in_parts
def can_activate_group(user: User, group: WorkGroup) -> Parts:
    """A group under preparation starts work once it has its leader's post."""
    yield can_change_group(user, group)
    if group.status != GroupStatus.DRAFT:
        yield deny("工作组已在运行。", who_can="请刷新页面查看现在的状态。")
    ranks = set(group.posts.filter(is_abolished=False).values_list("rank", flat=True))
    if PostRank.LEADER not in ranks:
        yield deny("还没有组长岗位，不能运行。", who_can="请先设置组长岗位。")


@in_parts
def can_dissolve_group(user: User, group: WorkGroup) -> Parts:
    """Not while somebody sits on a post or a group hangs below."""
    yield can_change_group(user, group)
    if _seated(group).exists():
        yield deny("还有岗位有人任职，不能撤销工作组。", who_can=HAND_OVER_FIRST)
    if group.children.exclude(status=GroupStatus.DISSOLVED).exists():
        yield deny("还有下级工作组，不能撤销。", who_can="请先撤销或改挂下级工作组。")
    yield _not_in_matrix(StepDuty.objects.filter(post__group=group))


def _not_in_matrix(duties: QuerySet[StepDuty]) -> Decision:
    """Steps must not lose their post unnoticed."""
    duty = duties.select_related("step").first()
    if duty is None:
        return allow()
    return deny(f"职责矩阵中“{duty.step}”还由此承担，不能撤销。", who_can="请先在职责矩阵中改由其他岗位承担。")


def _seated(group: WorkGroup) -> QuerySet:
    appointments: Any = Post._meta.get_field("appointments").related_model
    return appointments.objects.seated().filter(post__group=group)


@in_parts
def can_change_post(user: User, post: Post) -> Parts:
    yield can_change_group(user, post.group)
    if post.is_abolished:
        yield deny("岗位已撤销，不能再改。", who_can="需要的，请另设岗位。")


@in_parts
def can_abolish_post(user: User, post: Post) -> Parts:
    """Not while somebody sits on it."""
    yield can_change_post(user, post)
    seated = _seated(post.group).filter(post=post).exists()
    if seated:
        yield deny("此岗位还有人任职，不能撤销。", who_can=HAND_OVER_FIRST)
    yield _not_in_matrix(post.step_duties.all())
