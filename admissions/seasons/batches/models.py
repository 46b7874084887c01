"""批次及其阶段."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.seasons.lifecycle.models import Season, seasons_in_scope

from .enums import StageKind, Subject

NAMES_NOBODY = "dates of the season; names nobody"


class BatchQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "BatchQuerySet":
        return self.filter(seasons_in_scope(user, "season"))

    def of_season(self, season: Any) -> "BatchQuerySet":
        return self.filter(season=season)


class Batch(AuditedModel):
    """批次: 本科提前批, 本科批, 专科批 …, with its first and last day."""

    PAGE = "seasons:batch"
    RECUSAL_EXEMPT = NAMES_NOBODY

    season = models.ForeignKey(Season, models.PROTECT, verbose_name="录取季", related_name="batches")
    name = models.CharField("批次名称", max_length=60)
    subject = models.CharField("科类", max_length=12, choices=Subject.choices, default=Subject.ALL)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "批次"
        verbose_name_plural = "批次"
        ordering = ["season", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name", "subject"],
                name="batch_name_once",
                violation_error_message="本录取季已有同名同科类的批次。",
            ),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="batch_subject_known"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(starts_on__isnull=False, ends_on__isnull=False, starts_on__lte=F("ends_on")),
                name="batch_dates_in_order",
                violation_error_message="开始和结束日期须同时填写，且结束日期不早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.subject == Subject.ALL else f"{self.name}·{self.get_subject_display()}"

    def trail_scope(self) -> TrailScope:
        return self.season.trail_scope()


class BatchStageQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "BatchStageQuerySet":
        return self.filter(seasons_in_scope(user, "batch__season"))

    def of_season(self, season: Any) -> "BatchStageQuerySet":
        return self.filter(batch__season=season)


class BatchStage(AuditedModel):
    """批次阶段: from when to when a batch is filed, read, checked …; two of one kind never overlap."""

    PAGE_OF = "batch"
    RECUSAL_EXEMPT = NAMES_NOBODY

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="批次", related_name="stages")
    kind = models.CharField("阶段", max_length=12, choices=StageKind.choices)
    label = models.CharField("名称", max_length=40, blank=True)
    period = DateTimeRangeField("起止时间")

    objects = BatchStageQuerySet.as_manager()

    class Meta:
        verbose_name = "批次阶段"
        verbose_name_plural = "批次阶段"
        ordering = ["batch", "period", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StageKind.values), name="batchstage_kind_known"),
            models.CheckConstraint(
                condition=Q(period__isempty=False)
                & Q(period__lower_inf=False)
                & Q(period__upper_inf=False)
                & Q(period__startswith__isnull=False),
                name="batchstage_period_closed",
                violation_error_message="阶段须有开始和结束时间，且结束晚于开始。",
            ),
            ExclusionConstraint(
                name="batchstage_no_overlap",
                expressions=[
                    (F("batch"), RangeOperators.EQUAL),
                    (F("kind"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一批次的同类阶段时间重叠。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}·{self.title}"

    @property
    def title(self) -> str:
        return self.label or self.get_kind_display()

    def trail_scope(self) -> TrailScope:
        return self.batch.trail_scope()
