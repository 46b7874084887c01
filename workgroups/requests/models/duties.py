"""应报未报: a duty opens itself from an event of the trail, from a report that must be continued, or by hand."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.scope import TrailScope
from workgroups.groups.models import WorkGroup

from ..enums import DutyState
from .matters import ReportableMatter
from .scoping import AboutSomebody, SubjectQuerySet, of_workers, watched


class DutyQuerySet(SubjectQuerySet):
    def in_scope_of(self, user: Any) -> "DutyQuerySet":
        """Also for the leaders above: they are reminded of what was missed."""
        owing = watched(user, "group") | of_workers(user, "group")
        return self.filter(owing | of_workers(user, "addressee"))

    def of_season(self, season: Any) -> "DutyQuerySet":
        return self.filter(group__season=season)

    def owed(self) -> "DutyQuerySet":
        """Neither reported nor excused."""
        return self.filter(fulfilled_at__isnull=True, waived_at__isnull=True)

    def overdue(self) -> "DutyQuerySet":
        return self.owed().filter(due_at__lt=timezone.now())

    def in_state(self, state: str) -> "DutyQuerySet":
        """The rows whose derived state is this one."""
        done = self.filter(waived_at__isnull=True, fulfilled_at__isnull=False)
        return {
            DutyState.OPEN: self.owed().exclude(due_at__lt=timezone.now()),
            DutyState.MISSED: self.overdue(),
            DutyState.DONE: done.filter(fulfilled_at__lte=F("due_at")),
            DutyState.LATE: done.filter(fulfilled_at__gt=F("due_at")),
            DutyState.WAIVED: self.filter(waived_at__isnull=False),
        }[DutyState(state)]


class ReportDuty(AboutSomebody):
    """应报义务 (#45): somebody owes a request or report by an hour; `missed_at` is when the system recorded the miss."""

    PAGE = "requests:report-duty"

    matter = models.ForeignKey(ReportableMatter, models.PROTECT, verbose_name="应报事项", related_name="duties")
    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="报送工作组", related_name="report_duties")
    addressee = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="主送", related_name="+")
    what = models.CharField("事由", max_length=300)
    happened_at = models.DateTimeField("发生时间")
    due_at = models.DateTimeField("报送时限")
    # Where it comes from: exactly one of the three.
    event_id = models.UUIDField("触发事件", null=True, blank=True, editable=False)
    follows = models.ForeignKey(
        "requests.Submission",
        models.PROTECT,
        verbose_name="续报自",
        null=True,
        blank=True,
        related_name="next_duties",
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", null=True, blank=True, related_name="+"
    )
    # Copied from the event: everybody and everything it names.
    subjects = ArrayField(models.CharField(max_length=100), verbose_name="涉及对象", default=list, editable=False)
    fulfilled_at = models.DateTimeField("报送时间", null=True, blank=True)
    missed_at = models.DateTimeField("记录应报未报", null=True, blank=True)
    waived_at = models.DateTimeField("免报时间", null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="准予免报", null=True, blank=True, related_name="+"
    )
    waive_reason = models.CharField("免报理由", max_length=500, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = "应报义务"
        verbose_name_plural = "应报义务"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "matter"], condition=Q(event_id__isnull=False), name="duty_once_per_event"
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(follows__isnull=False),
                name="duty_once_per_report",
                violation_error_message="这份报告的续报义务已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(event_id__isnull=False, follows__isnull=True, opened_by__isnull=True)
                | Q(event_id__isnull=True, follows__isnull=False, opened_by__isnull=True)
                | Q(event_id__isnull=True, follows__isnull=True, opened_by__isnull=False),
                name="duty_has_one_origin",
            ),
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | Q(waived_by__isnull=False) & ~Q(waive_reason=""),
                name="duty_waived_by_whom_and_why",
                violation_error_message="免报须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("happened_at")),
                name="duty_due_after_it_happened",
                violation_error_message="报送时限不能早于事件发生的时间。",
            ),
            models.CheckConstraint(
                condition=~Q(group=F("addressee")),
                name="duty_to_another_body",
                violation_error_message="报送对象不能是应报的工作组本身。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(fulfilled_at__isnull=True, waived_at__isnull=True), name="duty_owed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter}：{self.what}"

    @property
    def state(self) -> DutyState:
        if self.waived_at is not None:
            return DutyState.WAIVED
        if self.fulfilled_at is not None:
            return DutyState.DONE if self.fulfilled_at <= self.due_at else DutyState.LATE
        return DutyState.MISSED if self.due_at < timezone.now() else DutyState.OPEN

    @property
    def is_owed(self) -> bool:
        return self.state in (DutyState.OPEN, DutyState.MISSED)

    def trail_scope(self) -> TrailScope:
        return replace(self.group.trail_scope(), subjects=tuple(sorted({*self.named(), *self.subjects})))


class LedgerMark(models.Model):
    """How far the trail has been read for duties."""

    NOT_AUDITED = "a place in the ledger, not business state; the duties found are audited and unique per event"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    txid = models.BigIntegerField("已读至事务", default=0)
    at = models.DateTimeField("已读至时间", null=True)

    class Meta:
        verbose_name = "留痕读取进度"
        verbose_name_plural = "留痕读取进度"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="ledgermark_only_one")]

    def __str__(self) -> str:
        return f"事务{self.txid}"
