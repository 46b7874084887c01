"""Commands that shape groups, posts and the responsibility matrix."""

from typing import Any

from django.db.models import Exists, OuterRef

from admissions.accounts.models import User
from admissions.audit.access import recused_scope
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.rulebook.models import Clause
from admissions.seasons.models import Season

from . import rules
from .enums import GROUP_TRANSITIONS, GroupStatus
from .headcount import busiest
from .models import LEVELS, Post, PostDuty, PostIncompatibility, Step, StepDuty, WorkGroup

explain_constraint("workgroup_name_once", "本录取季已有同名工作组。")
explain_constraint("post_name_once", "本组已有同名岗位。")
explain_constraint("incompatibility_once", "这两个岗位已登记为不相容。")
explain_constraint("step_name_once", "本录取季已有同名环节。")
explain_constraint("stepduty_once", "这一格已登记。")
explain_constraint("stepduty_one_accountable", "一个环节只能有一个负责岗位。请先取消现有的负责岗位。")
explain_constraint("stepduty_parts_apart", "同一岗位在同一环节不能兼任执行、复核、监督。请由不同岗位承担。")


@command("groups.create", "设立工作组", clause=cite("responsibility-3"))
def create_group(
    *,
    actor: User,
    reason: str,
    season: Season,
    kind: str,
    name: str,
    parent: WorkGroup | None = None,
    charter: str = "",
    order: int = 0,
) -> WorkGroup:
    """Set up a group below its parent; it starts work when it is activated.

    Refuses: actor is not the secretariat; season closed; name taken; parent dissolved or of another season.
    """
    season = lock(season)
    rules.can_shape_season(actor, season).require()
    group = WorkGroup(season=season, kind=kind, name=name, parent=_fresh(parent), charter=charter, order=order)
    _check_parent(group)
    group.full_clean()
    group.save()
    return group


@command("groups.change", "修改工作组", clause=cite("responsibility-3"))
def change_group(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    kind: str,
    name: str,
    parent: WorkGroup | None,
    charter: str,
    order: int,
) -> WorkGroup:
    """Rename, move or re-describe a group.

    Refuses: group dissolved; name taken; it would hang below itself, or more than five levels deep.
    """
    lock(group.season)
    group = lock(group)
    rules.can_change_group(actor, group).require()
    group.kind, group.name, group.parent, group.charter, group.order = kind, name, _fresh(parent), charter, order
    _check_parent(group)
    group.full_clean()
    group.save()
    return group


def _fresh(parent: WorkGroup | None) -> WorkGroup | None:
    """The parent as it is now. The season is locked by whoever changes its tree, so it stays so."""
    return WorkGroup.objects.get(pk=parent.pk) if parent is not None else None


def _check_parent(group: WorkGroup) -> None:
    """The parent is a standing group of the same season, not below the group itself, and the tree stays shallow."""
    ancestor, level = group.parent, 1
    if ancestor is not None and ancestor.season_id != group.season_id:
        raise Refused("上级工作组不属于本录取季。", who_can="请选择本录取季的工作组。")
    if ancestor is not None and ancestor.status == GroupStatus.DISSOLVED:
        raise Refused("上级工作组已撤销。", who_can="请选择其他上级工作组。")
    while ancestor is not None:
        if ancestor.pk == group.pk:
            raise Refused("上级工作组不能是自己或自己的下级。", who_can="请另选上级工作组。")
        ancestor, level = ancestor.parent, level + 1
    if level + _levels_below(group) > LEVELS:
        raise Refused(f"工作组最多{LEVELS}级。", who_can="请选择层级更高的上级工作组。")


def _levels_below(group: WorkGroup) -> int:
    """How many levels hang below the group."""
    level, found = -1, {group.pk}
    while found - {None}:
        found = set(WorkGroup.objects.filter(parent_id__in=found).standing().values_list("pk", flat=True))
        level += 1
    return max(level, 0)


@command("groups.activate", "工作组开始运行", clause=cite("responsibility-3"))
def activate_group(*, actor: User, reason: str, group: WorkGroup) -> WorkGroup:
    """The group starts work."""
    group = lock(group)
    rules.can_activate_group(actor, group).require()
    group.status = move(GROUP_TRANSITIONS, group.status, GroupStatus.ACTIVE)
    group.save()
    return group


@command("groups.dissolve", "撤销工作组", clause=cite("responsibility-3"))
def dissolve_group(*, actor: User, reason: str, group: WorkGroup) -> WorkGroup:
    """Dissolve a group for good.

    Refuses: somebody still sits on a post; a group hangs below.
    """
    lock(group.season)
    group = lock(group)
    rules.can_dissolve_group(actor, group).require()
    group.status = move(GROUP_TRANSITIONS, group.status, GroupStatus.DISSOLVED)
    group.save()
    return group


@command("posts.define", "设置岗位", clause=cite("responsibility-3"))
def define_post(*, actor: User, reason: str, group: WorkGroup, fields: dict[str, Any]) -> Post:
    """Define a post of a group: name, rank, headcount, authority, what it needs.

    Refuses: actor is not the secretariat; group dissolved; name taken; headcount out of order.
    """
    group = lock(group)
    rules.can_change_group(actor, group).require()
    post = Post(group=group, **fields)
    post.full_clean()
    post.save()
    return post


@command("posts.change", "修改岗位", clause=cite("responsibility-3"))
def change_post(*, actor: User, reason: str, post: Post, fields: dict[str, Any]) -> Post:
    """Change a post.

    Refuses: the new headcount is below the number of people who sit there now.
    """
    post = lock(post)
    rules.can_change_post(actor, post).require()
    for name, value in fields.items():
        setattr(post, name, value)
    if busiest(post.appointments.seated().values_list("period", flat=True)) > post.headcount_max:
        raise Refused("此岗位任职人数多于所填的最多人数，不能改少。", who_can="请先办理离岗。")
    post.full_clean()
    post.save()
    return post


@command("posts.abolish", "撤销岗位", clause=cite("responsibility-3"))
def abolish_post(*, actor: User, reason: str, post: Post) -> Post:
    """Nobody is appointed to the post any more; its past stays."""
    post = lock(post)
    rules.can_abolish_post(actor, post).require()
    post.is_abolished = True
    post.save()
    return post


@command("posts.add_duty", "增加岗位职责", clause=cite("responsibility-3"))
def add_duty(*, actor: User, reason: str, post: Post, text: str, clause: Clause | None = None) -> PostDuty:
    """One duty of the post, with the clause it comes from."""
    post = lock(post)
    rules.can_change_post(actor, post).require()
    duty = PostDuty(post=post, text=text, clause=clause, order=post.duties.count() + 1)
    duty.full_clean()
    duty.save()
    return duty


@command("posts.remove_duty", "删去岗位职责", clause=cite("responsibility-3"), alters="已登记的岗位职责")
def remove_duty(*, actor: User, reason: str, duty: PostDuty) -> Post:
    """The duty no longer belongs to the post; history keeps it."""
    duty = lock(duty)
    rules.can_change_post(actor, duty.post).require()
    post = duty.post
    duty.delete()
    return post


@command("posts.declare_incompatible", "登记不相容岗位", clause=cite("separation-1"))
def declare_incompatible(
    *, actor: User, reason: str, post: Post, other: Post, clause: Clause | None = None
) -> PostIncompatibility:
    """Nobody may hold both posts at the same time from now on.

    Refuses: posts of different seasons; one of them abolished; somebody holds both already.
    """
    locked = {each.pk: lock(each) for each in sorted([post, other], key=lambda each: each.pk)}
    post, other = locked[post.pk], locked[other.pk]
    rules.can_change_post(actor, post).require()
    rules.can_change_post(actor, other).require()
    if post.group.season_id != other.group.season_id:
        raise Refused("两个岗位须属于同一录取季。")
    _nobody_holds_both(actor, post, other)
    first, second = sorted([post, other], key=lambda each: each.pk)
    pair = PostIncompatibility(first=first, second=second, why=reason[:200], clause=clause)
    pair.full_clean()
    pair.save()
    return pair


def _nobody_holds_both(actor: User, post: Post, other: Post) -> None:
    """Refuses with the name, unless the actor is recused from the person."""
    there = other.appointments.seated().filter(person=OuterRef("person"), period__overlap=OuterRef("period"))
    both = post.appointments.seated().filter(Exists(there)).select_related("person").first()
    if both is None:
        return
    who = "有人" if both.person_id in recused_scope(actor).persons else both.person.name
    raise Refused(f"{who}在同一时间任这两个岗位，不能登记为不相容。", who_can="请先办理其中一个岗位的离岗。")


@command("posts.lift_incompatible", "取消不相容岗位", clause=cite("separation-1"))
def lift_incompatible(*, actor: User, reason: str, pair: PostIncompatibility) -> Post:
    """One person may hold both posts again."""
    pair = lock(pair)
    rules.can_change_post(actor, pair.first).require()
    post = pair.first
    pair.delete()
    return post


@command("matrix.add_step", "增加工作环节", clause=cite("separation-1"))
def add_step(
    *, actor: User, reason: str, season: Season, stage: str, name: str, groups_apart: bool = False, order: int = 0
) -> Step:
    """A row of the responsibility matrix; `groups_apart`: its three signatures must come from three groups."""
    rules.can_shape_season(actor, season).require()
    order = order or season.steps.count() + 1
    step = Step(season=season, stage=stage, name=name, order=order, groups_apart=groups_apart)
    step.full_clean()
    step.save()
    return step


@command("matrix.set_apart", "规定环节由不同工作组签署", clause=cite("separation-1"))
def set_step_apart(*, actor: User, reason: str, step: Step, groups_apart: bool) -> Step:
    """Whether executing, reviewing and supervising must lie with different groups; sheets issued before keep their rule."""
    step = lock(step)
    rules.can_shape_season(actor, step.season).require()
    step.groups_apart = groups_apart
    step.full_clean()
    step.save()
    return step


@command("matrix.assign", "登记环节职责", clause=cite("separation-1"))
def assign_step(*, actor: User, reason: str, step: Step, post: Post, letter: str) -> StepDuty:
    """What a post is for a step.

    Refuses: an abolished post; a post that would execute and review, or execute and supervise, the same step; a second accountable post.
    """
    step, post = lock(step), lock(post)
    rules.can_shape_season(actor, step.season).require()
    if post.group.season_id != step.season_id:
        raise Refused("岗位不属于本录取季。", who_can="请选择本录取季的岗位。")
    rules.can_change_post(actor, post).require()
    _check_letters(step, post, letter)
    duty = StepDuty(step=step, post=post, letter=letter)
    duty.full_clean()
    duty.save()
    return duty


def _check_letters(step: Step, post: Post, letter: str) -> None:
    held = set(step.duties.filter(post=post).values_list("letter", flat=True)) | {letter}
    if len(held & {"A", "R", "S"}) > 1:
        raise Refused("同一岗位在同一环节不能兼任执行、复核、监督。", who_can="请由不同岗位承担。")
    if letter == "L" and step.duties.filter(letter="L").exists():
        raise Refused("一个环节只能有一个负责岗位。", who_can="请先取消现有的负责岗位。")


@command("matrix.unassign", "取消环节职责", clause=cite("separation-1"))
def unassign_step(*, actor: User, reason: str, duty: StepDuty) -> Step:
    """The post is no longer this for the step."""
    duty = lock(duty)
    rules.can_shape_season(actor, duty.step.season).require()
    step = duty.step
    duty.delete()
    return step
