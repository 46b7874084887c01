"""回避事实: from what a person is recused, in which state, on whose ruling."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.audit.passages import Passage, PassageQuerySet
from admissions.audit.scope import TrailScope

from ..enums import ENFORCED, OPEN, FactSource, FactState, RulingState, ScopeKind, Verdict
from .declarations import DeclaredRelation
from .scoping import PersonalQuerySet
from .signing import DoubleSigned


class FactQuerySet(PersonalQuerySet):
    scope_prefix = ""

    def enforced(self) -> "FactQuerySet":
        return self.filter(state__in=ENFORCED)

    def open(self) -> "FactQuerySet":
        return self.filter(state__in=OPEN)

    def of_person(self, person: Any, season: Any) -> "FactQuerySet":
        return self.filter(person=person, season=season)

    def annotate_pending(self) -> "FactQuerySet":
        """With the name of the officer whose ruling waits for its second signature."""
        pending = FactRuling.objects.filter(fact=models.OuterRef("pk"), state=RulingState.PENDING)
        return self.annotate(pending_by=models.Subquery(pending.values("first_name")[:1]))


class RecusalFact(AuditedModel):
    """回避事实: one person and one thing the person must keep away from."""

    PAGE = "recusal:fact"
    RECUSAL_PATHS = {"person": "person_id"}

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="回避人", related_name="recusal_facts"
    )
    scope_kind = models.CharField("回避范围", max_length=12, choices=ScopeKind.choices)
    scope_key = models.CharField("范围编号", max_length=100, editable=False)
    scope_label = models.CharField("回避对象", max_length=200)
    source = models.CharField("来源", max_length=12, choices=FactSource.choices)
    state = models.CharField("状态", max_length=12, choices=FactState.choices)
    reason = models.TextField("理由")
    relation = models.ForeignKey(
        DeclaredRelation, models.PROTECT, verbose_name="申报事项", null=True, blank=True, related_name="facts"
    )
    is_candidate_relative = models.BooleanField("亲属报考本年", default=False)
    # Known only to officers: the pseudonymous reference and where the candidate comes from.
    candidate_reference = models.CharField("考生参考号", max_length=40, blank=True)
    district_code = models.CharField("区县代码", max_length=12, blank=True)
    school_code = models.CharField("中学代码", max_length=20, blank=True)
    relation_since = models.DateField("关系起始", null=True, blank=True)
    is_concealed = models.BooleanField("隐瞒不报", default=False)
    created_at = models.DateTimeField("登记时间")

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = "回避事实"
        verbose_name_plural = "回避事实"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "person", "scope_kind", "scope_key"],
                condition=~Q(state="expired"),
                name="recusalfact_once",
                violation_error_message="此人对同一对象的回避已有登记，请在原记录上办理。",
            ),
            models.CheckConstraint(condition=Q(scope_kind__in=ScopeKind.values), name="recusalfact_scope_known"),
            models.CheckConstraint(condition=Q(source__in=FactSource.values), name="recusalfact_source_known"),
            models.CheckConstraint(condition=Q(state__in=FactState.values), name="recusalfact_state_known"),
            models.CheckConstraint(condition=~Q(scope_key=""), name="recusalfact_scope_named"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusalfact_has_reason"),
        ]
        indexes = [models.Index(fields=["person", "state"], name="recusalfact_of_person")]

    def __str__(self) -> str:
        return f"{self.person}·{self.scope_label}"

    def short_label(self) -> str:
        return str(self.person)

    @property
    def is_enforced(self) -> bool:
        return self.state in ENFORCED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def subject(self) -> str:
        """The key under which the ledger and the row filter know what this fact is about."""
        return f"{self.scope_kind}:{self.scope_key}"

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season),
            person_id=self.person_id,
            person_label=str(self.person),
            subjects=(self.subject,),
        )


class OfFactQuerySet(PersonalQuerySet):
    season_path = "fact__season_id"
    scope_prefix = "fact__"


class FactPassageQuerySet(PassageQuerySet, OfFactQuerySet):
    person_path = "fact__person"


class FactPassage(Passage):
    """状态经过: one row for each passage and each later corroboration of a fact."""

    PAGE_OF = "fact"
    RECUSAL_PATHS = {"person": "fact__person_id"}
    OF, STATE = "fact", "state"

    fact = models.ForeignKey(RecusalFact, models.PROTECT, verbose_name="回避事实", related_name="passages")
    from_status = models.CharField("原状态", max_length=12, choices=FactState.choices, blank=True)
    to_status = models.CharField("新状态", max_length=12, choices=FactState.choices)
    source = models.CharField("来源", max_length=12, choices=FactSource.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", null=True, blank=True, related_name="+"
    )
    screening = models.ForeignKey(
        "recusal.Screening", models.PROTECT, verbose_name="比对", null=True, blank=True, related_name="+"
    )

    objects = FactPassageQuerySet.as_manager()

    class Meta(Passage.Meta):
        verbose_name = "状态经过"
        verbose_name_plural = "状态经过"
        constraints = [
            models.UniqueConstraint(fields=["fact", "screening"], name="factpassage_once_per_screening"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}：{self.get_to_status_display()}"


class FactRuling(DoubleSigned):
    """回避裁定: one officer's ruling on a fact, effective with the second signature."""

    PAGE_OF = "fact"
    RECUSAL_PATHS = {"person": "person_id"}

    fact = models.ForeignKey(RecusalFact, models.PROTECT, verbose_name="回避事实", related_name="rulings")
    verdict = models.CharField("裁定", max_length=10, choices=Verdict.choices)
    finds_concealment = models.BooleanField("认定隐瞒不报", default=False)

    objects = OfFactQuerySet.as_manager()

    class Meta(DoubleSigned.Meta):
        verbose_name = "回避裁定"
        verbose_name_plural = "回避裁定"
        ordering = ["-first_signed_at", "-id"]
        constraints = [
            *DoubleSigned.Meta.constraints,
            models.UniqueConstraint(
                fields=["fact"],
                condition=Q(state="pending"),
                name="factruling_one_pending",
                violation_error_message="已有一份裁定在等待复签。",
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="factruling_verdict_known"),
            models.CheckConstraint(
                condition=Q(finds_concealment=False) | Q(verdict="confirm"),
                name="factruling_concealment_confirmed",
                violation_error_message="认定隐瞒的，裁定须为确认回避。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}：{self.get_verdict_display()}（{self.get_state_display()}）"

    def trail_scope(self) -> TrailScope:
        return self.fact.trail_scope()
