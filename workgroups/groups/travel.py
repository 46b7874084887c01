"""What of the structure travels when a season is cloned: groups, posts, duties, incompatibilities, steps, matrix.

People never travel: appointments, pledges, recusals and training results are not registered for cloning.
"""

from typing import Any

from .enums import GroupStatus
from .models import Post, PostDuty, PostIncompatibility, Step, StepDuty, WorkGroup

POST_FIELDS = (
    "name",
    "rank",
    "order",
    "headcount_min",
    "headcount_max",
    "authority_limit",
    "needs_pledge",
    "needs_training",
    "secrecy",
)


def copy_structure(source: Any, target: Any, copies: Any) -> int:
    """Copy everything that stands in the source season; returns how many groups came along."""
    groups = _copy_groups(source, target)
    posts = _copy_posts(source, groups)
    for pair in PostIncompatibility.objects.filter(first__group__season=source):
        if pair.first_id in posts and pair.second_id in posts:
            first, second = sorted([posts[pair.first_id], posts[pair.second_id]], key=lambda post: post.pk)
            PostIncompatibility(first=first, second=second, why=pair.why, clause_id=pair.clause_id).save()
    for step in Step.objects.filter(season=source).prefetch_related("duties"):
        copy = Step(season=target, stage=step.stage, name=step.name, order=step.order, groups_apart=step.groups_apart)
        copy.save()
        for duty in step.duties.all():
            if duty.post_id in posts:
                StepDuty(step=copy, post=posts[duty.post_id], letter=duty.letter).save()
    return len(groups)


def _copy_groups(source: Any, target: Any) -> dict[int, WorkGroup]:
    standing = list(WorkGroup.objects.filter(season=source).standing().order_by("order", "id"))
    copies: dict[int, WorkGroup] = {}
    while standing:  # parents first
        ready = [g for g in standing if g.parent_id is None or g.parent_id in copies]
        ready = ready or standing  # the parent was dissolved: its groups become roots
        for group in ready:
            copies[group.pk] = copy = WorkGroup(
                season=target,
                parent=copies.get(group.parent_id),
                kind=group.kind,
                name=group.name,
                order=group.order,
                charter=group.charter,
                status=GroupStatus.DRAFT,
            )
            copy.save()
        standing = [group for group in standing if group.pk not in copies]
    return copies


def _copy_posts(source: Any, groups: dict[int, WorkGroup]) -> dict[int, Post]:
    copies: dict[int, Post] = {}
    posts = Post.objects.filter(group__season=source, is_abolished=False).prefetch_related("duties")
    for post in posts:
        if post.group_id not in groups:
            continue
        copies[post.pk] = copy = Post(
            group=groups[post.group_id], **{name: getattr(post, name) for name in POST_FIELDS}
        )
        copy.save()
        for duty in post.duties.all():
            PostDuty(post=copy, order=duty.order, text=duty.text, clause_id=duty.clause_id).save()
    return copies


def describe_structure(season: Any) -> list[tuple[str, str, dict[str, str]]]:
    """(kind, key, fields in words) of everything that travels, for the page “what changed against last year”."""
    groups = WorkGroup.objects.filter(season=season).standing().select_related("parent")
    posts = Post.objects.filter(group__in=groups, is_abolished=False).select_related("group")
    pairs = PostIncompatibility.objects.filter(first__in=posts, second__in=posts).select_related(
        "first__group", "second__group"
    )
    rows = [
        (
            "工作组",
            group.name,
            {"类别": group.get_kind_display(), "上级": str(group.parent or "—"), "职责": group.charter},
        )
        for group in groups
    ]
    rows += [
        (
            "岗位",
            str(post),
            {
                "层级": post.get_rank_display(),
                "人数": f"{post.headcount_min}至{post.headcount_max}人",
                "权限边界": post.authority_limit,
                "须签承诺书": "是" if post.needs_pledge else "否",
                "须培训": "是" if post.needs_training else "否",
            },
        )
        for post in posts
    ]
    rows += [("不相容岗位", " 与 ".join(sorted([str(p.first), str(p.second)])), {"理由": p.why}) for p in pairs]
    rows += [
        (
            "工作环节",
            step.name,
            {"类别": step.get_stage_display(), "须分属不同工作组": "是" if step.groups_apart else "否"},
        )
        for step in Step.objects.filter(season=season)
    ]
    return rows
