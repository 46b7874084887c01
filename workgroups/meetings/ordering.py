"""决议 as what orders 督办."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.decision import Decision
from workgroups.followups.origins import Origin
from workgroups.groups.models import WorkGroup

from . import rules
from .enums import SeatKind
from .models import Resolution


class Resolutions(Origin):
    """The secretariat orders; a supervisor's 制止 and a changed paper stop it; the head of the meeting answers for it."""

    model = Resolution
    label = "决议"
    unsettled_word = ""
    related = ("item__group__season", "item__meeting")

    def number_of(self, record: Resolution) -> str:
        return record.number

    def title_of(self, record: Resolution) -> str:
        return record.item.title

    def group_of(self, record: Resolution) -> WorkGroup:
        return record.item.group

    def can_order(self, user: Any, record: Resolution) -> Decision:
        return rules.can_order_tasks(user, record)

    def in_charge(self, user: Any, record: Resolution) -> Decision:
        return rules.can_run_meetings(user, record.item.group.season)

    def still_stands(self, record: Resolution) -> Decision:
        return rules.in_force(record)

    def stopped(self) -> QuerySet:
        return Resolution.objects.stopped()

    def unsettled(self) -> QuerySet:
        return Resolution.objects.none()

    def answered_for_by(self, user: Any) -> QuerySet:
        return Resolution.objects.filter(item__meeting__seats__person=user, item__meeting__seats__kind=SeatKind.HEAD)

    def facts(self, record: Resolution) -> list[tuple[str, Any]]:
        return [("决议", record), ("议题", record.item.title)]

    def remark(self, record: Resolution) -> str:
        return ""

    def url(self, record: Resolution) -> str:
        return reverse("meetings:resolution", args=[record.pk])


RESOLUTIONS = Resolutions()
