"""批复和批示 as what orders 督办."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.decision import Decision
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups
from workgroups.followups.origins import Origin
from workgroups.groups.models import WorkGroup

from . import rules
from .enums import UNCONFIRMED
from .models import Reply
from .printing import word_text


class Replies(Origin):
    """The body that answered orders, or the head who asked; a dispute stops it; who leads the body answers for it."""

    model = Reply
    label = "批复"
    unsettled_word = UNCONFIRMED
    related = ("submission__group__season", "submission__addressee", "entered_by")

    def number_of(self, record: Reply) -> str:
        return record.submission.number

    def title_of(self, record: Reply) -> str:
        return record.submission.title

    def group_of(self, record: Reply) -> WorkGroup:
        return record.submission.group

    def can_order(self, user: Any, record: Reply) -> Decision:
        return rules.can_order_tasks(user, record)

    def in_charge(self, user: Any, record: Reply) -> Decision:
        return rules.answers_for_order(user, record)

    def still_stands(self, record: Reply) -> Decision:
        return rules.still_ordered(record)

    def stopped(self) -> QuerySet:
        return Reply.objects.disputed()

    def unsettled(self) -> QuerySet:
        return Reply.objects.unconfirmed()

    def answered_for_by(self, user: Any) -> QuerySet:
        return Reply.objects.filter(submission__addressee__in=list(led_groups(user, RightArea.REQUESTS)))

    def facts(self, record: Reply) -> list[tuple[str, Any]]:
        word = [("批复情况", word_text(record))] if record.is_entered_by_another else []
        return [("请示报告", record.submission), ("批复原文", record.text), *word]

    def remark(self, record: Reply) -> str:
        return f"{record.said_name}确认代录的批复；确认前可以照办，不能作为依据。" if record.is_waiting else ""

    def url(self, record: Reply) -> str:
        return reverse("requests:one", args=[record.submission_id])


REPLIES = Replies()
