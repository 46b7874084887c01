"""Handovers and delegations that are still open, and what a sheet lists of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from admissions.core.todos import own_todos
from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import still_open
from admissions.seasons.lifecycle.enums import SeasonStatus

from .enums import HandoverStatus
from .models import Delegation, Handover

SIGNERS = "移交人和接收人签字，或由安排人作废交接单"


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """A sheet is signed by both or voided; a deputy's rights end with the season."""
    sheets = Handover.objects.filter(appointment__post__group__season=season, status=HandoverStatus.OPEN)
    deputies = Delegation.objects.not_over().filter(appointment__post__group__season=season)
    return [
        *still_open(sheets, user, "交接单（待签）", SIGNERS),
        *still_open(deputies, user, "代岗", "安排人", "代岗权限随录取季结束而终止，不必逐项办理。"),
    ]


def overdue(user: Any) -> list[Late]:
    """Sheets that both should have signed by now, of what the reader may see."""
    count = Handover.objects.visible_to(user).overdue().count()
    return [Late("交接单", count, f"{reverse('duty:handovers')}?late=late")]


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Sheets the person gives or takes, and posts they stand in for, in seasons that are not over."""
    over = Q(appointment__post__group__season__status=SeasonStatus.CLOSED)
    sheets = Handover.objects.filter(status=HandoverStatus.OPEN).exclude(over)
    sheets = sheets.filter(Q(appointment__person=account) | Q(receiver=account))
    deputies = Delegation.objects.not_over().filter(deputy=account).exclude(over)
    return [
        *still_open(sheets, user, "交接单（待签）", SIGNERS),
        *still_open(deputies, user, "代岗", "组长或行政秘书结束代岗，另行安排"),
    ]


def todos_held(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """What the person must do now, in numbers: the lines about records come from whoever keeps them, with their subjects."""
    season = appointment.post.group.season_id
    verbs = Counter(todo.verb for todo in own_todos(appointment.person) if todo.season_id in (None, season))
    for verb, count in verbs.items():
        yield HeldItem(f"{verb}：{count}项")


def delegations_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    for row in appointment.delegations.live().select_related("deputy", "appointment__person", "appointment__post"):
        yield HeldItem(f"{row}：{row.matters}", subjects=(f"person:{row.deputy_id}",))
