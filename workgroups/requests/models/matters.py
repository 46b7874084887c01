"""应报事项清单, and the letters a group numbers its documents with."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.rulebook.models import Clause
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import OfGroupQuerySet, WorkGroup

from ..enums import DocumentKind, Timing, Urgency


class ReportableQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "ReportableQuerySet":
        """Everybody who works here may know what has to be asked and reported."""
        return self

    def in_use(self) -> "ReportableQuerySet":
        return self.filter(is_retired=False)


class ReportableMatter(AuditedModel):
    """应报事项 (#45): what must be asked or reported to which body, when, and how fast it must be answered."""

    PAGE = "requests:reportable"
    RECUSAL_EXEMPT = "a rule about a kind of matter; names no person, institution or candidate"

    code = models.SlugField("事项编号", max_length=40, unique=True)
    name = models.CharField("事项", max_length=80, unique=True)
    kind = models.CharField("文种", max_length=8, choices=DocumentKind.choices)
    body = models.CharField("主送机构", max_length=12, choices=GroupKind.choices)
    owner = models.CharField(
        "报送责任", max_length=12, choices=GroupKind.choices, blank=True, help_text="空的为事项发生的工作组。"
    )
    trigger = models.CharField("触发事件", max_length=90, blank=True)
    timing = models.CharField("时点", max_length=8, choices=Timing.choices, default=Timing.AFTER)
    hours = models.PositiveSmallIntegerField("报送时限（小时）", default=24, validators=[MinValueValidator(1)])
    reply_hours = models.PositiveSmallIntegerField("批复时限（小时）", default=0)
    chain_hours = models.PositiveSmallIntegerField("续报间隔（小时）", default=0)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    clause = models.ForeignKey(
        Clause, models.PROTECT, verbose_name="依据条款", null=True, blank=True, related_name="reportable_matters"
    )
    # Events before are no duty: the matter was not on the list, or not with this trigger.
    since = models.DateTimeField("自何时起", default=timezone.now, editable=False)
    is_retired = models.BooleanField("已停用", default=False)

    objects = ReportableQuerySet.as_manager()

    class Meta:
        verbose_name = "应报事项"
        verbose_name_plural = "应报事项"
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="reportable_kind_known"),
            models.CheckConstraint(condition=Q(body__in=GroupKind.values), name="reportable_body_known"),
            models.CheckConstraint(condition=Q(owner__in=["", *GroupKind.values]), name="reportable_owner_known"),
            models.CheckConstraint(condition=Q(timing__in=Timing.values), name="reportable_timing_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="reportable_urgency_known"),
            models.CheckConstraint(
                condition=Q(hours__gt=0), name="reportable_has_hours", violation_error_message="时限须大于0小时。"
            ),
            models.CheckConstraint(
                condition=Q(kind="report") | Q(reply_hours__gt=0),
                name="reportable_request_answered_in_time",
                violation_error_message="请示须有批复时限。",
            ),
            models.CheckConstraint(
                condition=Q(kind="request") | Q(reply_hours=0),
                name="reportable_report_needs_no_answer",
                violation_error_message="报告不需批复，批复时限请填0。",
            ),
            models.CheckConstraint(
                condition=Q(kind="report") | Q(chain_hours=0),
                name="reportable_chain_of_reports",
                violation_error_message="只有报告可以续报，请示的续报间隔请填0。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_chain(self) -> bool:
        """首报、续报、终报."""
        return self.chain_hours > 0


class LetterCode(AuditedModel):
    """机关代字: what the numbers of a group's documents begin with; its row is the lock under which numbers are given."""

    RECUSAL_EXEMPT = "letters of a group; names no person, institution or candidate"

    group = models.OneToOneField(WorkGroup, models.PROTECT, verbose_name="工作组", related_name="letter_code")
    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    code = models.CharField("机关代字", max_length=20)

    objects = OfGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "机关代字"
        verbose_name_plural = "机关代字"
        ordering = ["group__order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "code"],
                name="lettercode_once",
                violation_error_message="本录取季已有工作组使用这个机关代字。",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="lettercode_has_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.group}：{self.code}"

    def trail_scope(self) -> TrailScope:
        return self.group.trail_scope()
