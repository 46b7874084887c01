"""口头指示."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedQuerySet
from admissions.audit.scope import TrailScope
from workgroups.groups.models import WorkGroup

from ..enums import Channel, WordStatus
from .scoping import AboutSomebody, watched
from .words import CONFIRM_WITHIN, WrittenDown, word_constraints

PERSON = settings.AUTH_USER_MODEL
# #49: written down within a day; a procedure of the house, no statute prescribes it.
WRITE_DOWN_WITHIN = timedelta(hours=24)


class InstructionQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "InstructionQuerySet":
        return self.filter(watched(user, "group") | Q(instructor=user) | Q(receiver=user))

    def of_season(self, season: Any) -> "InstructionQuerySet":
        return self.filter(group__season=season)

    def waiting(self) -> "InstructionQuerySet":
        return self.filter(status=WordStatus.WAITING)

    def unconfirmed(self) -> "InstructionQuerySet":
        """Waiting for longer than the instructor has."""
        return self.waiting().filter(recorded_at__lt=timezone.now() - CONFIRM_WITHIN)


class OralInstruction(WrittenDown, AboutSomebody):
    """口头指示补录 (#49): who told the receiver what, when and how; the instructor confirms or disputes, nobody edits."""

    PAGE = "requests:instruction"

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="接受工作组", related_name="instructions")
    receiver = models.ForeignKey(PERSON, models.PROTECT, verbose_name="接受人", related_name="+")
    instructor = models.ForeignKey(PERSON, models.PROTECT, verbose_name="指示人", related_name="+")
    instructor_name = models.CharField("指示人姓名", max_length=80)
    instructor_post = models.CharField("指示人岗位", max_length=200, blank=True)
    said_at = models.DateTimeField("指示时间")
    channel = models.CharField("指示方式", max_length=10, choices=Channel.choices)
    text = models.TextField("指示内容")
    witnesses = models.CharField("在场人员", max_length=200, blank=True)
    recorded_at = models.DateTimeField("补录时间")

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = "口头指示"
        verbose_name_plural = "口头指示"
        ordering = ["-said_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="instruction_channel_known"),
            models.CheckConstraint(
                condition=~Q(receiver=F("instructor")),
                name="instruction_by_another",
                violation_error_message="指示人不能是接受人本人。",
            ),
            models.CheckConstraint(
                condition=Q(said_at__lte=F("recorded_at")),
                name="instruction_said_before_recorded",
                violation_error_message="指示时间不能晚于补录的时间。",
            ),
            *word_constraints("instruction"),
            models.UniqueConstraint(
                fields=["receiver", "instructor", "said_at"],
                name="instruction_once",
                violation_error_message="这一时间的口头指示已经补录。",
            ),
        ]

    @property
    def clock(self) -> Any:
        """Until when the instructor is to answer, while waiting."""
        return self.recorded_at + CONFIRM_WITHIN if self.status == WordStatus.WAITING else None

    @property
    def is_late(self) -> bool:
        """Written down later than the day it had."""
        return self.recorded_at - self.said_at > WRITE_DOWN_WITHIN

    def __str__(self) -> str:
        return f"{self.instructor_name}的口头指示（{self.get_channel_display()}）"

    def trail_scope(self) -> TrailScope:
        return replace(self.group.trail_scope(), subjects=self.named())
