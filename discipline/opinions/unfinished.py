"""Opinions and marks that are still open when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import by_state, still_open
from workgroups.groups.enums import PostRank

from .enums import OpinionStatus
from .models import Flag, Opinion

WHO = {
    OpinionStatus.ISSUED: "工作组组长答复",
    OpinionStatus.RETURNED: "工作组组长整改后再答复",
    OpinionStatus.ANSWERED: "驻点监督员复查",
}


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Every opinion is closed or withdrawn, every mark has led to one or is settled."""
    opinions = Opinion.objects.filter(group__season=season)
    found = [one for state, who in WHO.items() for one in by_state(opinions, user, "监督意见", (state,), who)]
    flags = Flag.objects.waiting().filter(group__season=season)
    return [*found, *still_open(flags, user, "监督标记（未了结）", "标记人")]


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """What a supervisor has raised and nobody has closed; also about seasons that are over."""
    opinions = Opinion.objects.open().filter(issued_by=account)
    flags = Flag.objects.waiting().filter(flagged_by=account)
    return [
        *still_open(opinions, user, "监督意见（本人提出）", "本人复查销号或撤回"),
        *still_open(flags, user, "监督标记（未了结）", "本人了结"),
    ]


def opinions_owed(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """What the leader of the group owes supervision an answer to."""
    if appointment.post.rank != PostRank.LEADER:
        return
    rows = Opinion.objects.owed().filter(group=appointment.post.group)
    for row in rows.visible_to(appointment.person).without_recused(receiver):
        url = reverse("opinions:one", args=[row.pk])
        yield HeldItem(f"答复监督意见：{row}", url, row.trail_scope().subjects)


def overdue(user: Any) -> list[Late]:
    rows = Opinion.objects.visible_to(user).overdue()
    return [Late("监督意见（逾期未答复）", rows.count(), f"{reverse('opinions:list')}?late=late")]
