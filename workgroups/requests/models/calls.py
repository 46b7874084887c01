"""逐级通知 (#48): who was told of an urgent report, by whom and how, and whose receipt came back. Both are only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..enums import CallOutcome, Channel
from .submissions import OfSubmission, Submission

PERSON = settings.AUTH_USER_MODEL


class Call(OfSubmission):
    """One attempt to tell a person; `called_at` is when it was made, the trail says when it was written down."""

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="报告", related_name="calls")
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name="通知对象", related_name="+")
    channel = models.CharField("通知方式", max_length=10, choices=Channel.choices)
    outcome = models.CharField("结果", max_length=10, choices=CallOutcome.choices)
    called_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="通知人", related_name="+")
    called_at = models.DateTimeField("通知时间")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "通知记录"
        verbose_name_plural = "通知记录"
        ordering = ["submission", "called_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="call_channel_known"),
            models.CheckConstraint(condition=Q(outcome__in=CallOutcome.values), name="call_outcome_known"),
            models.CheckConstraint(
                condition=~Q(person=F("called_by")),
                name="call_by_another",
                violation_error_message="不必通知本人，请直接回执。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}：{self.get_outcome_display()}"


class CallReceipt(OfSubmission):
    """回执: the person told says so; nobody can say it for another."""

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="报告", related_name="receipts")
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name="回执人", related_name="+")
    at = models.DateTimeField("回执时间")

    class Meta:
        verbose_name = "回执"
        verbose_name_plural = "回执"
        ordering = ["submission", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "person"],
                name="callreceipt_once",
                violation_error_message="您已经回执，不必重复。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person.name}回执"
