"""What is still out when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.house.questions import HeldItem, Unfinished
from admissions.house.unfinished import still_open
from admissions.seasons.lifecycle.enums import SeasonStatus

from .models import Supply

WHO = "领用人归还，由行政秘书登记"


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    rows = Supply.objects.of_season(season).still_out()
    return still_open(rows, user, "领用未还的物品", WHO)


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    rows = Supply.objects.still_out().filter(taken_by=account).exclude(group__season__status=SeasonStatus.CLOSED)
    return still_open(rows, user, "领用未还的物品", WHO)


def supplies_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    rows = Supply.objects.of_season(appointment.post.group.season).still_out().filter(taken_by=appointment.person)
    for row in rows.visible_to(appointment.person).without_recused(receiver):
        yield HeldItem(str(row), reverse("supplies:list"), (f"person:{row.taken_by_id}",))
