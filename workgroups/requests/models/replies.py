"""批复和批示, as they were said."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q

from workgroups.followups.models import FollowUp

from ..enums import CONCLUDING, ReplyKind, WordStatus
from .scoping import OfSubmissionQuerySet
from .submissions import OfSubmission, Submission, SubmissionVersion
from .words import CONFIRM_WITHIN, WrittenDown, word_constraints

PERSON = settings.AUTH_USER_MODEL


class ReplyQuerySet(OfSubmissionQuerySet):
    def unconfirmed(self) -> "ReplyQuerySet":
        """Written down by another, and not yet answered by whose word it is."""
        return self.filter(status=WordStatus.WAITING).exclude(entered_by=F("said_by"))

    def disputed(self) -> "ReplyQuerySet":
        return self.filter(status=WordStatus.DISPUTED)

    def standing(self) -> "ReplyQuerySet":
        """Not disputed by whose word it is."""
        return self.exclude(status=WordStatus.DISPUTED)

    def concluding(self) -> "ReplyQuerySet":
        return self.standing().filter(kind__in=CONCLUDING)


class Reply(WrittenDown, OfSubmission):
    """批复 (#47): word for word, who said it and when, who wrote it down; the words never change.

    `status`: what somebody else wrote down (代录) is confirmed or disputed by whose word it is, as oral instructions are.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="请示报告", related_name="replies")
    version = models.ForeignKey(SubmissionVersion, models.PROTECT, verbose_name="所批文稿", related_name="replies")
    kind = models.CharField("结论", max_length=12, choices=ReplyKind.choices)
    text = models.TextField("批复原文")
    said_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="批复人", related_name="+")
    said_name = models.CharField("批复人姓名", max_length=80)
    said_post = models.CharField("批复人岗位", max_length=200, blank=True)
    said_at = models.DateTimeField("批复时间")
    entered_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="录入人", related_name="+")
    entered_at = models.DateTimeField("录入时间")
    tasks = GenericRelation(FollowUp, object_id_field="origin_id", content_type_field="origin_type")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "批复"
        verbose_name_plural = "批复"
        ordering = ["submission", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="reply_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="reply_has_words"),
            models.CheckConstraint(
                condition=Q(said_at__lte=F("entered_at")),
                name="reply_said_before_entered",
                violation_error_message="批复时间不能晚于录入的时间。",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=~Q(kind__in=["noted", "directed"]) & ~Q(status="disputed"),
                name="reply_concludes_once",
                violation_error_message="这份请示已有批复。",
            ),
            *word_constraints("reply"),
        ]

    def __str__(self) -> str:
        return f"{self.said_name}：{self.get_kind_display()}"

    @property
    def is_entered_by_another(self) -> bool:
        return self.entered_by_id != self.said_by_id

    @property
    def is_waiting(self) -> bool:
        """Written down by another and not yet answered."""
        return self.is_entered_by_another and self.status == WordStatus.WAITING

    @property
    def is_disputed(self) -> bool:
        return self.status == WordStatus.DISPUTED

    @property
    def word(self) -> WordStatus | None:
        """What to say of it wherever it is quoted; None where its author wrote it down."""
        return WordStatus(self.status) if self.is_entered_by_another else None

    @property
    def clock(self) -> Any:
        """Until when it is to be confirmed, while it is not."""
        return self.entered_at + CONFIRM_WITHIN if self.is_waiting else None
