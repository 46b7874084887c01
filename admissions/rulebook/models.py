"""制度库: sources, clauses and their versions. Statutes are data, never constants in code."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.seasons.deadlines.enums import PauseReason

from .enums import Checkability, ClauseCategory, SourceKind, Verification

NAMES_NOBODY = "text of a rule; names no person, institution or candidate"


class RuleQuerySet(AuditedQuerySet):
    """Rules are known to everybody who is logged in."""

    def in_scope_of(self, user: Any) -> "RuleQuerySet":
        return self


class RuleSource(AuditedModel):
    """制度来源: the document a clause comes from."""

    PAGE = "rulebook:source"
    RECUSAL_EXEMPT = NAMES_NOBODY

    code = models.SlugField("来源编号", max_length=40, unique=True)
    title = models.CharField("名称", max_length=120)
    issuer = models.CharField("制定机关", max_length=80, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    issued = models.CharField("公布时间", max_length=40, blank=True)
    kind = models.CharField("种类", max_length=12, choices=SourceKind.choices)
    reference = models.CharField("出处说明", max_length=300, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "制度来源"
        verbose_name_plural = "制度来源"
        ordering = ["kind", "code"]

    def __str__(self) -> str:
        return f"《{self.title}》"


class Clause(AuditedModel):
    """条款: the stable identity of a rule; what it says is in its versions."""

    PAGE = "rulebook:clause"
    RECUSAL_EXEMPT = NAMES_NOBODY

    code = models.SlugField("条款编号", max_length=60, unique=True)
    source = models.ForeignKey(RuleSource, models.PROTECT, verbose_name="来源", related_name="clauses")
    number = models.CharField("条号", max_length=40, blank=True)
    category = models.CharField("类别", max_length=20, choices=ClauseCategory.choices)
    order = models.PositiveSmallIntegerField("排序", default=0)
    title = models.CharField("标题", max_length=80)
    applies_to = models.CharField("责任主体", max_length=80, blank=True)
    checkability = models.CharField(
        "核验方式", max_length=10, choices=Checkability.choices, default=Checkability.MANUAL
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "条款"
        verbose_name_plural = "条款"
        ordering = ["category", "order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=ClauseCategory.values), name="clause_category_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source}{self.number} {self.title}"

    @property
    def citation(self) -> str:
        """`《公务员法》第76条`; with the document's number where it has one, with the title where the clause has no number."""
        document = f"（{self.source.document_number}）" if self.source.document_number else ""
        return f"{self.source}{document}{self.number or f'“{self.title}”'}"


class ClauseVersionQuerySet(RuleQuerySet):
    def in_force(self, at: datetime | None = None) -> "ClauseVersionQuerySet":
        return self.filter(period__contains=at or timezone.now())


class ClauseVersion(AuditedModel):
    """条款版本: the text in force for a period, with how far it was verified. Old versions stay citable."""

    PAGE_OF = "clause"
    RECUSAL_EXEMPT = NAMES_NOBODY

    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name="条款", related_name="versions")
    number = models.PositiveSmallIntegerField("版本号")
    text = models.TextField("内容（转述）")
    text_hash = models.CharField("内容校验值", max_length=64, editable=False)
    period = DateTimeRangeField("施行期间")
    verification = models.CharField("核实状态", max_length=12, choices=Verification.choices)
    verified_note = models.CharField("核实说明", max_length=300, blank=True)
    change_note = models.CharField("修订说明", max_length=300, blank=True)
    # Copied, not a foreign key: the name stays as it was on the day.
    editor_id = models.BigIntegerField("编辑人编号", null=True, blank=True, editable=False)
    editor_name = models.CharField("编辑人", max_length=60, blank=True, editable=False)

    objects = ClauseVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "条款版本"
        verbose_name_plural = "条款版本"
        ordering = ["clause", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["clause", "number"],
                name="clauseversion_number_once",
                violation_error_message="这一版已由他人登记，请刷新后再修订。",
            ),
            models.CheckConstraint(
                condition=Q(verification__in=Verification.values), name="clauseversion_verification_known"
            ),
            ExclusionConstraint(
                name="clauseversion_one_in_force",
                expressions=[(F("clause"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                violation_error_message="这一条款在这段时间已有施行的版本。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause}（第{self.number}版）"


class DeadlinePolicy(AuditedModel):
    """时限规则: data for the deadline engine, each with its clause."""

    RECUSAL_EXEMPT = NAMES_NOBODY

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", "工作日"
        CALENDAR_DAYS = "calendar_days", "日"
        MONTHS = "months", "个月"
        HOURS = "hours", "小时"

    code = models.SlugField("编号", max_length=60, unique=True)
    name = models.CharField("名称", max_length=80)
    start_event = models.CharField("起算事件", max_length=80)
    length = models.PositiveSmallIntegerField("期限")
    unit = models.CharField("单位", max_length=14, choices=Unit.choices)
    extension = models.PositiveSmallIntegerField("最长延长", default=0)
    extension_approver = models.CharField("延长批准人", max_length=60, blank=True)
    pause_reasons = ArrayField(
        models.CharField(max_length=16, choices=PauseReason.choices),
        verbose_name="不计入期限的事由",
        default=list,
        blank=True,
    )
    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name="依据条款", related_name="deadline_policies")

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "时限规则"
        verbose_name_plural = "时限规则"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}：{self.length}{self.get_unit_display()}"


class RelativeKind(AuditedModel):
    """亲属类别: which relatives a declaration asks for (公务员法第74条; provinces word it differently, so it is data)."""

    RECUSAL_EXEMPT = NAMES_NOBODY

    code = models.SlugField("编号", max_length=30, unique=True)
    name = models.CharField("称谓", max_length=40)
    circle = models.CharField("范围", max_length=40, help_text="夫妻、直系血亲、三代以内旁系血亲、近姻亲。")
    counts_for_screening = models.BooleanField("参加比对", default=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name="依据条款", related_name="relative_kinds")

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "亲属类别"
        verbose_name_plural = "亲属类别"
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name
