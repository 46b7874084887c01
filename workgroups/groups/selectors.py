"""Groups and posts as the pages show them."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from admissions.accounts.models import User
from admissions.seasons.models import Season

from .enums import PostRank
from .holders import acting_people
from .matrix import Cell, Finding, findings
from .models import Post, Step, StepDuty, WorkGroup


def groups_with_counts(user: User, season: Season) -> list[WorkGroup]:
    """The visible groups of the season in tree order, each with `depth`, `leader` and its counts; a fixed number of queries.

    Appointments are counted through the foreign key's reverse name; people the reader is recused from are not counted.
    """
    appointments = _appointments()
    visible = appointments.objects.visible_to(user).seated().filter(post__group=OuterRef("pk")).order_by()
    per_group = visible.values("post__group")
    rows = (
        WorkGroup.objects.visible_to(user)
        .of_season(season)
        .annotate(
            post_count=Count("posts", filter=Q(posts__is_abolished=False), distinct=True),
            people_count=_count(per_group),
            duty_count=_count(per_group.filter(status="on_duty")),
            leader=Subquery(visible.filter(post__rank=PostRank.LEADER).order_by("id").values("person__name")[:1]),
        )
    )
    return _in_tree_order(list(rows.order_by("order", "id")))


def _appointments() -> Any:
    """The model of who holds the posts; it lies above this package."""
    return Post._meta.get_field("appointments").related_model


def _count(rows: QuerySet) -> Subquery:
    return Subquery(rows.annotate(number=Count("pk")).values("number"))


def _in_tree_order(groups: list[Any]) -> list[WorkGroup]:
    """Groups with what was counted of them: parents before children; a group whose parent is not visible stands at the root."""
    known = {group.pk for group in groups}
    children: dict[int | None, list[Any]] = {}
    for group in groups:
        children.setdefault(group.parent_id if group.parent_id in known else None, []).append(group)
    ordered: list[WorkGroup] = []

    def visit(parent: int | None, depth: int) -> None:
        for group in children.get(parent, []):
            group.depth = depth
            group.people_count, group.duty_count = group.people_count or 0, group.duty_count or 0
            ordered.append(group)
            visit(group.pk, depth + 1)

    visit(None, 0)
    return ordered


def matrix_rows(user: User, season: Season) -> list[tuple[Step, list[StepDuty]]]:
    """Steps of the season with their letters, those of visible groups only."""
    duties = StepDuty.objects.visible_to(user).filter(step__season=season).select_related("post__group", "step")
    by_step: dict[int, list[StepDuty]] = {}
    for duty in duties.order_by("letter", "post__group__order", "post__order"):
        by_step.setdefault(duty.step_id, []).append(duty)
    return [(step, by_step.get(step.pk, [])) for step in season.steps.all()]


def matrix_findings(season: Season, reader: User) -> list[Finding]:
    """Gaps, conflicts and single points of failure of the season's matrix, by who may act on the posts at this instant.

    Everybody counts; named are only people whose appointments the reader may see.
    """
    steps = {step.pk: step for step in Step.objects.filter(season=season)}
    holders = acting_people(season)
    appointments = _appointments()
    visible = appointments.objects.visible_to(reader).of_season(season).current().order_by()
    names = dict(visible.values_list("person_id", "person__name"))
    duties = StepDuty.objects.filter(step__season=season).select_related("post__group")
    cells = [
        Cell(
            duty.step_id,
            duty.post_id,
            str(duty.post),
            duty.letter,
            frozenset(holders.get(duty.post_id, ())),
            duty.post.group_id,
        )
        for duty in duties
    ]
    apart = {pk for pk, step in steps.items() if step.groups_apart}
    return findings({pk: step.name for pk, step in steps.items()}, cells, names, apart)
