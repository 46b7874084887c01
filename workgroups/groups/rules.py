"""May X shape the groups, posts and the responsibility matrix of a season?"""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import GroupStatus, PostRank
from .models import Post, StepDuty, WorkGroup

# Refusals give no number of people: whoever is recused from one of them must not learn it from a count.
HAND_OVER_FIRST = "请先办理离岗交接，或撤回尚未上岗的任职。"


def can_shape_season(user: Any, season: Any) -> Decision:
    """The secretariat, while the season is not closed."""
    frozen = deny("录取季已结束，组织结构不能再改。") if season.is_frozen else allow()
    return first_denial(may(user, Permission.MANAGE_GROUPS, "管理工作组和岗位", season_id=season.pk), frozen)


def can_change_group(user: Any, group: WorkGroup) -> Decision:
    """A dissolved group stays as it was."""
    dissolved = deny("工作组已撤销，不能再改。") if group.status == GroupStatus.DISSOLVED else allow()
    return first_denial(can_shape_season(user, group.season), dissolved)


def can_activate_group(user: Any, group: WorkGroup) -> Decision:
    """A group under preparation starts work once it has its leader's post."""
    begun = allow() if group.status == GroupStatus.DRAFT else deny("工作组已在运行。")
    ranks = set(group.posts.filter(is_abolished=False).values_list("rank", flat=True))
    leaderless = (
        allow() if PostRank.LEADER in ranks else deny("还没有组长岗位，不能运行。", who_can="请先设置组长岗位。")
    )
    return first_denial(can_change_group(user, group), begun, leaderless)


def can_dissolve_group(user: Any, group: WorkGroup) -> Decision:
    """Not while somebody sits on a post or a group hangs below."""
    return first_denial(
        can_change_group(user, group),
        deny("还有岗位有人任职，不能撤销工作组。", who_can=HAND_OVER_FIRST) if _seated(group).exists() else allow(),
        deny("还有下级工作组，不能撤销。", who_can="请先撤销或改挂下级工作组。")
        if group.children.exclude(status=GroupStatus.DISSOLVED).exists()
        else allow(),
        _not_in_matrix(StepDuty.objects.filter(post__group=group)),
    )


def _not_in_matrix(duties: Any) -> Decision:
    """Steps must not lose their post unnoticed."""
    duty = duties.select_related("step").first()
    if duty is None:
        return allow()
    return deny(f"职责矩阵中“{duty.step}”还由此承担，不能撤销。", who_can="请先在职责矩阵中改由其他岗位承担。")


def _seated(group: WorkGroup) -> Any:
    appointments = Post._meta.get_field("appointments").related_model
    return appointments.objects.seated().filter(post__group=group)


def can_change_post(user: Any, post: Post) -> Decision:
    abolished = deny("岗位已撤销，不能再改。") if post.is_abolished else allow()
    return first_denial(can_change_group(user, post.group), abolished)


def can_abolish_post(user: Any, post: Post) -> Decision:
    """Not while somebody sits on it."""
    seated = _seated(post.group).filter(post=post).exists()
    return first_denial(
        can_change_post(user, post),
        deny("此岗位还有人任职，不能撤销。", who_can=HAND_OVER_FIRST) if seated else allow(),
        _not_in_matrix(post.step_duties.all()),
    )
