"""What of 督办 is still open when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.core.clock import date_text
from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import still_open

from .models import FollowUp
from .origins import kinds
from .selectors import mine


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Tasks are accepted; those whose order was stopped, and those taken back, hold nothing up. One line for each kind of origin."""
    rows = FollowUp.objects.of_season(season).open()
    return [
        one
        for kind in kinds()
        for one in still_open(rows.of_kind(kind), user, f"督办事项（{kind.label}）", "责任人报告，验收人验收")
    ]


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Tasks to carry out or accept, in seasons that go on; whoever ordered them hands them on."""
    rows = FollowUp.objects.open().filter(mine(account))
    return still_open(rows, user, "督办事项", "责任人和验收人办结，或由交办人改派")


def tasks_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    person = appointment.person
    rows = FollowUp.objects.of_season(appointment.post.group.season).open().filter(mine(person))
    for row in rows.visible_to(person).without_recused(receiver):
        part = "办理" if row.assignee_id == person.pk else "验收"
        url = reverse("followups:one", args=[row.pk])
        yield HeldItem(f"{part}：{row}（{date_text(row.due_on)}前）", url, row.trail_scope().subjects)


def overdue(user: Any) -> list[Late]:
    """Tasks past their term, of what the reader may see."""
    count = FollowUp.objects.visible_to(user).overdue().count()
    return [Late("督办事项", count, f"{reverse('followups:list')}?late=late")]
