"""会议纪要."""

from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope

from ..enums import MinutesStatus
from .meetings import Meeting, Seat
from .scoping import OfMeetingQuerySet


class Minutes(AuditedModel):
    """会议纪要 (#37): facts are generated and frozen, the narrative is edited, corrections are appended."""

    PAGE = "meetings:minutes"
    RECUSAL_EXEMPT = "items are rendered for each reader without those the reader is recused from"

    meeting = models.OneToOneField(Meeting, models.PROTECT, verbose_name="会议", related_name="minutes")
    number = models.CharField("纪要编号", max_length=40, unique=True)
    narrative = models.TextField("会议主要情况", blank=True)
    status = models.CharField("状态", max_length=10, choices=MinutesStatus.choices, default=MinutesStatus.DRAFT)
    circulated_at = models.DateTimeField("送核时间", null=True, blank=True)
    sealed_at = models.DateTimeField("定稿时间", null=True, blank=True)
    content_hash = models.CharField("定稿摘要", max_length=64, blank=True, editable=False)
    code = models.CharField("验证码", max_length=14, unique=True, editable=False)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议纪要"
        verbose_name_plural = "会议纪要"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MinutesStatus.values), name="minutes_status_known"),
            models.CheckConstraint(condition=~Q(status="sealed") | ~Q(content_hash=""), name="minutes_sealed_has_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}纪要"

    def trail_scope(self) -> TrailScope:
        return self.meeting.trail_scope()


class MinutesConfirmation(AuditedModel):
    """纪要核对: each attendee confirms what concerns them, or appends a correction; nothing is overwritten."""

    PAGE_OF = "minutes"
    RECUSAL_EXEMPT = "confirms the person's own passage"

    minutes = models.ForeignKey(Minutes, models.PROTECT, verbose_name="纪要", related_name="confirmations")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="核对人", related_name="confirmations")
    correction = models.TextField("更正意见", blank=True)
    at = models.DateTimeField("时间")

    class ConfirmationQuerySet(OfMeetingQuerySet):
        meeting_path = "minutes__meeting__"

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "纪要核对"
        verbose_name_plural = "纪要核对"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "seat"],
                name="minutesconfirmation_once",
                violation_error_message="您已核对过这份纪要。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}核对{self.minutes}"

    def trail_scope(self) -> TrailScope:
        return self.minutes.meeting.trail_scope()
