"""事项清单."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.rulebook.models import Clause
from workgroups.groups.enums import GroupKind

from ..enums import Base, DecisionMode, Majority, Quorum, RecusalCounting


class MatterQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "MatterQuerySet":
        """Everybody who works here may know what has to be decided together."""
        return self

    def in_use(self) -> "MatterQuerySet":
        return self.filter(is_retired=False)


class DecisionMatter(AuditedModel):
    """集体决策事项 (#27): what must be decided by which body, how, and what must lie on the table before."""

    PAGE = "meetings:matter"
    RECUSAL_EXEMPT = "a rule about a kind of matter; names no person, institution or candidate"

    code = models.SlugField("事项编号", max_length=40, unique=True)
    name = models.CharField("事项", max_length=80, unique=True)
    body = models.CharField("决策机构", max_length=12, choices=GroupKind.choices)
    mode = models.CharField("议决方式", max_length=10, choices=DecisionMode.choices)
    quorum = models.CharField("法定人数", max_length=16, choices=Quorum.choices, default=Quorum.TWO_THIRDS)
    majority = models.CharField("通过线", max_length=16, choices=Majority.choices, default=Majority.MORE_THAN_HALF)
    base = models.CharField("通过线基数", max_length=8, choices=Base.choices, default=Base.DUE)
    recusal_counting = models.CharField(
        "回避人员", max_length=8, choices=RecusalCounting.choices, default=RecusalCounting.REDUCES
    )
    prerequisites = ArrayField(models.CharField(max_length=60), verbose_name="前置材料", default=list, blank=True)
    notice_hours = models.PositiveSmallIntegerField("提前通知（小时）", default=24)
    allows_motion = models.BooleanField("可作临时动议", default=False)
    is_published = models.BooleanField("决定须公开", default=False)
    allows_emergency = models.BooleanField("可先行处置", default=False)
    ratify_hours = models.PositiveSmallIntegerField("补议时限（小时）", default=24)
    clause = models.ForeignKey(
        Clause, models.PROTECT, verbose_name="依据条款", null=True, blank=True, related_name="decision_matters"
    )
    is_retired = models.BooleanField("已停用", default=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "集体决策事项"
        verbose_name_plural = "集体决策事项"
        ordering = ["body", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(body__in=GroupKind.values), name="matter_body_known"),
            models.CheckConstraint(condition=Q(mode__in=DecisionMode.values), name="matter_mode_known"),
            models.CheckConstraint(condition=Q(quorum__in=Quorum.values), name="matter_quorum_known"),
            models.CheckConstraint(condition=Q(majority__in=Majority.values), name="matter_majority_known"),
            models.CheckConstraint(condition=Q(base__in=Base.values), name="matter_base_known"),
            models.CheckConstraint(
                condition=Q(ratify_hours__gte=1),
                name="matter_ratified_after_an_hour",
                violation_error_message="补议时限至少1小时。",
            ),
            models.CheckConstraint(
                condition=Q(recusal_counting__in=RecusalCounting.values), name="matter_recusal_counting_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def actions(self) -> list[str]:
        """Codes of the commands that carry this matter out now."""
        return sorted(row.action for row in self.listed_actions.all() if row.until is None)

    def as_rule(self) -> dict[str, str]:
        """What an item freezes when it opens; the form `tally.compute` reads."""
        return {
            "matter": self.code,
            "revision": str(self.revision),
            "mode": self.mode,
            "quorum": self.quorum,
            "majority": self.majority,
            "base": self.base,
            "recused": self.recusal_counting,
        }


class ListedActionQuerySet(MatterQuerySet):
    def standing(self, at: Any = None) -> "ListedActionQuerySet":
        return self.filter(since__lte=at or timezone.now(), until__isnull=True)


class ListedAction(AuditedModel):
    """须引用决议的办理 (#27): a command that carries the matter out; done in this period without a quoted decision it is red.

    Taking it off the list ends the period: what was done before stays found.
    """

    PAGE_OF = "matter"
    RECUSAL_EXEMPT = "a rule about a kind of act; names no person, institution or candidate"

    matter = models.ForeignKey(DecisionMatter, models.PROTECT, verbose_name="事项", related_name="listed_actions")
    action = models.CharField("办理动作", max_length=80)
    since = models.DateTimeField("自")
    until = models.DateTimeField("至", null=True, blank=True)

    objects = ListedActionQuerySet.as_manager()

    class Meta:
        verbose_name = "须引用决议的办理"
        verbose_name_plural = "须引用决议的办理"
        ordering = ["matter", "action", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(until__isnull=True),
                name="listedaction_one_matter",
                violation_error_message="这一办理动作已列在另一事项之下。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="listedaction_ends_after",
                violation_error_message="停用日期不能早于启用日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter}：{self.action}"
