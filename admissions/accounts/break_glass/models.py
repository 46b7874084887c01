"""紧急授权: reading access for an hour at most, on the word of a second person, looked at afterwards by a third."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.passages import Passage, PassageQuerySet
from admissions.audit.scope import TrailScope

from .enums import GRANTED, UNREVIEWED, BreakGlassState, BreakGlassStatus, Conclusion
from .scoping import readable_by

LONGEST = timedelta(minutes=60)
LEAST_MINUTES = 5
# A request nobody answered is not approved days later.
REQUEST_LIVES = timedelta(hours=24)


class BreakGlassQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "BreakGlassQuerySet":
        """One's own; all for those who approve and for audit administrators; supervisors those of their scope."""
        return self.filter(readable_by(user))

    def running(self, at: Any = None) -> "BreakGlassQuerySet":
        """In force at the instant; one that was ended early has a shorter period."""
        return self.filter(status__in=GRANTED, period__contains=at or timezone.now())

    def to_review(self) -> "BreakGlassQuerySet":
        """Over, and no supervisor has looked at it yet."""
        return self.filter(status__in=UNREVIEWED, period__endswith__lte=timezone.now())

    def open_of(self, person: Any) -> "BreakGlassQuerySet":
        """What stands in the way of another request: one that waits, or one that runs."""
        waiting = Q(status=BreakGlassStatus.REQUESTED)
        running = Q(status=BreakGlassStatus.APPROVED, period__contains=timezone.now())
        return self.filter(waiting | running, person=person)


class BreakGlassAccess(AuditedModel):
    """紧急授权 (#114): one person reads one season or group until a moment; writing is not part of it.

    It is no role: a role would put its holder into another family, and confine a supervisor's view instead of widening it.
    """

    PAGE = "accounts:break-glass-access"
    RECUSAL_PATHS = {"person": "person_id"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="break_glass_accesses"
    )
    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    group = models.ForeignKey(
        "groups.WorkGroup", models.PROTECT, verbose_name="限于工作组", null=True, blank=True, related_name="+"
    )
    purpose = models.CharField("查阅什么", max_length=300)
    reason = models.TextField("为什么紧急")
    minutes = models.PositiveSmallIntegerField(
        "时长（分钟）",
        validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(int(LONGEST.total_seconds() // 60))],
    )
    status = models.CharField(
        "状态", max_length=10, choices=BreakGlassStatus.choices, default=BreakGlassStatus.REQUESTED
    )
    requested_at = models.DateTimeField("申请时间", default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="批准人", null=True, blank=True, related_name="+"
    )
    period = DateTimeRangeField("有效期", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复核人", null=True, blank=True, related_name="+"
    )
    conclusion = models.CharField("复核结论", max_length=10, choices=Conclusion.choices, blank=True)
    review_note = models.TextField("复核意见", blank=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        verbose_name = "紧急授权"
        verbose_name_plural = "紧急授权"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BreakGlassStatus.values), name="breakglassaccess_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=GRANTED) | Q(period__isnull=False, decided_by__isnull=False),
                name="breakglassaccess_granted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")),
                name="breakglassaccess_second_person",
                violation_error_message="本人不能批准自己的紧急授权。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | (~Q(reviewed_by=F("person")) & ~Q(reviewed_by=F("decided_by"))),
                name="breakglassaccess_third_person",
                violation_error_message="申请人和批准人不能复核。",
            ),
            models.CheckConstraint(
                condition=~Q(status=BreakGlassStatus.REVIEWED)
                | (Q(reviewed_by__isnull=False, conclusion__in=Conclusion.values) & ~Q(review_note="")),
                name="breakglassaccess_review_says_what",
                violation_error_message="请选择复核结论并写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(period__isnull=True)
                | Q(period__isempty=True)
                | Q(period__endswith__lte=F("period__startswith") + LONGEST),
                name="breakglassaccess_an_hour_at_most",
                violation_error_message="紧急授权最长60分钟。",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status=BreakGlassStatus.REQUESTED),
                name="breakglassaccess_one_request",
                violation_error_message="您已有一项待批准的紧急授权申请。",
            ),
            ExclusionConstraint(
                name="breakglassaccess_one_at_a_time",
                expressions=[(F("person"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                violation_error_message="此人已有一项生效中的紧急授权。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}·{self.scope_text}"

    @property
    def scope_text(self) -> str:
        return f"{self.group}（{self.season}）" if self.group_id else str(self.season)

    @property
    def ends_at(self) -> datetime | None:
        return self.period.upper if self.period and not self.period.isempty else None

    @property
    def is_running(self) -> bool:
        if self.status != BreakGlassStatus.APPROVED or self.ends_at is None:
            return False
        return self.period.lower <= timezone.now() < self.ends_at

    @property
    def is_over(self) -> bool:
        return self.status in UNREVIEWED and not self.is_running

    @property
    def is_stale(self) -> bool:
        return self.status == BreakGlassStatus.REQUESTED and timezone.now() - self.requested_at >= REQUEST_LIVES

    @property
    def review_due_at(self) -> datetime | None:
        """The end of the day after it ended."""
        if self.ends_at is None:
            return None
        day = timezone.localtime(self.ends_at).date() + timedelta(days=2)
        return timezone.make_aware(datetime.combine(day, time.min))

    @property
    def state(self) -> BreakGlassState:
        """The status as the clock shows it."""
        if self.is_stale:
            return BreakGlassState.STALE
        if self.is_running:
            return BreakGlassState.RUNNING
        if self.is_over:
            due = self.review_due_at
            return BreakGlassState.OVERDUE if due and due <= timezone.now() else BreakGlassState.TO_REVIEW
        return BreakGlassState(self.status)

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season),
            group_id=self.group_id,
            group_label=str(self.group or ""),
            person_id=self.person_id,
            person_label=self.person.name,
        )


class BreakGlassPassageQuerySet(PassageQuerySet):
    def in_scope_of(self, user: Any) -> "BreakGlassPassageQuerySet":
        return self.filter(readable_by(user, "access__"))


class BreakGlassPassage(Passage):
    """紧急授权经过: every passage from one status to another is a row."""

    PAGE_OF = "access"
    RECUSAL_PATHS = {"person": "access__person_id"}
    OF = "access"

    access = models.ForeignKey(BreakGlassAccess, models.PROTECT, verbose_name="紧急授权", related_name="passages")
    from_status = models.CharField("原状态", max_length=10, choices=BreakGlassStatus.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=BreakGlassStatus.choices)

    objects = BreakGlassPassageQuerySet.as_manager()

    class Meta(Passage.Meta):
        verbose_name = "紧急授权经过"
        verbose_name_plural = "紧急授权经过"

    def __str__(self) -> str:
        return f"{self.access}：{self.get_to_status_display()}"
