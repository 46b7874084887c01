"""申请他人回避 and 事后发现."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope

from ..enums import ActResult, ChallengeState, ChallengeVerdict, DiscoveryState, ScopeKind
from .facts import RecusalFact
from .scoping import PersonalQuerySet, leaders_one_level_below, seasons_readable
from .signing import DoubleSigned


class ChallengeQuerySet(PersonalQuerySet):
    person_path = "subject_person"
    scope_prefix = ""

    def in_scope_of(self, user: Any) -> "ChallengeQuerySet":
        """Who raised it, officers and supervisors, the leader one level up; never the person it is about."""
        visible = Q(raised_by=user) | Q(subject_person__in=leaders_one_level_below(user))
        readable = seasons_readable(user, self.season_path)
        rows = self if readable == Q() else self.filter(visible | readable)
        return rows.exclude(subject_person=user)

    def without_recused(self, user: Any) -> "ChallengeQuerySet":
        """What a person raised stays readable to that person."""
        hidden = self._hidden_from(user)
        return self.filter(Q(raised_by=user) | ~hidden) if hidden else self

    def open(self) -> "ChallengeQuerySet":
        return self.filter(state=ChallengeState.OPEN)


class Challenge(AuditedModel):
    """申请他人回避: a colleague, a college or a petitioner says that somebody should stand aside."""

    PAGE = "recusal:challenge"
    RECUSAL_PATHS = {"person": "subject_person_id"}

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    subject_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="被申请回避人", related_name="+"
    )
    scope_kind = models.CharField("回避范围", max_length=12, choices=ScopeKind.choices)
    scope_key = models.CharField("范围编号", max_length=100, editable=False)
    scope_label = models.CharField("回避对象", max_length=200)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提出人", related_name="+")
    raised_for = models.CharField("代何人提出", max_length=100, blank=True)
    grounds = models.TextField("理由")
    raised_at = models.DateTimeField("提出时间")
    due_on = models.DateField("应决定日期", null=True, blank=True)
    due_trace = models.JSONField("期限算法", default=list, blank=True)
    state = models.CharField("状态", max_length=10, choices=ChallengeState.choices, default=ChallengeState.OPEN)
    decision = models.TextField("决定理由", blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    fact = models.ForeignKey(
        RecusalFact, models.PROTECT, verbose_name="形成的回避事实", null=True, blank=True, related_name="challenges"
    )

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = "回避申请"
        verbose_name_plural = "回避申请"
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChallengeState.values), name="challenge_state_known"),
            models.CheckConstraint(condition=Q(scope_kind__in=ScopeKind.values), name="challenge_scope_known"),
            models.CheckConstraint(condition=~Q(grounds=""), name="challenge_has_grounds"),
            models.CheckConstraint(
                condition=~Q(raised_by=models.F("subject_person")),
                name="challenge_not_of_oneself",
                violation_error_message="本人的回避请在“我的回避申报”中申报。",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="challenge_decided_in_writing",
            ),
        ]

    def __str__(self) -> str:
        return f"申请{self.subject_person}回避{self.scope_label}"

    @property
    def subject(self) -> str:
        return f"{self.scope_kind}:{self.scope_key}"

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season),
            person_id=self.subject_person_id,
            person_label=str(self.subject_person),
            subjects=(self.subject,),
        )


class OfChallengeQuerySet(PersonalQuerySet):
    season_path = "challenge__season_id"
    scope_prefix = "challenge__"

    def in_scope_of(self, user: Any) -> "OfChallengeQuerySet":
        return super().in_scope_of(user).exclude(person=user)


class ChallengeRuling(DoubleSigned):
    """回避申请的决定."""

    PAGE_OF = "challenge"
    RECUSAL_PATHS = {"person": "person_id"}

    challenge = models.ForeignKey(Challenge, models.PROTECT, verbose_name="回避申请", related_name="rulings")
    verdict = models.CharField("决定", max_length=10, choices=ChallengeVerdict.choices)

    objects = OfChallengeQuerySet.as_manager()

    class Meta(DoubleSigned.Meta):
        verbose_name = "回避申请的决定"
        verbose_name_plural = "回避申请的决定"
        constraints = [
            *DoubleSigned.Meta.constraints,
            models.UniqueConstraint(
                fields=["challenge"],
                condition=Q(state="pending"),
                name="challengeruling_one_pending",
                violation_error_message="已有一份决定在等待复签。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.challenge}：{self.get_verdict_display()}"

    def trail_scope(self) -> TrailScope:
        return self.challenge.trail_scope()


class DiscoveryQuerySet(PersonalQuerySet):
    person_path = "fact__person"
    season_path = "fact__season_id"
    scope_prefix = "fact__"

    def in_scope_of(self, user: Any) -> "DiscoveryQuerySet":
        return self.filter(pk__in=super().in_scope_of(user).values("pk")) | self.filter(reviewer=user)


class LateDiscovery(AuditedModel):
    """事后发现: a conflict came to light after acts had been done in its scope."""

    PAGE = "recusal:discovery"
    RECUSAL_PATHS = {"person": "fact__person_id"}

    fact = models.ForeignKey(RecusalFact, models.PROTECT, verbose_name="回避事实", related_name="discoveries")
    since = models.DateTimeField("追溯起点")
    grounds = models.TextField("发现经过")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复查人", related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="立案人", related_name="+")
    opened_at = models.DateTimeField("立案时间")
    state = models.CharField("状态", max_length=10, choices=DiscoveryState.choices, default=DiscoveryState.OPEN)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = DiscoveryQuerySet.as_manager()

    class Meta:
        verbose_name = "事后发现"
        verbose_name_plural = "事后发现"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact"],
                condition=Q(state="open"),
                name="latediscovery_one_open",
                violation_error_message="这一回避事实的复查正在进行。",
            ),
            models.CheckConstraint(condition=Q(state__in=DiscoveryState.values), name="latediscovery_state_known"),
            models.CheckConstraint(condition=~Q(grounds=""), name="latediscovery_has_grounds"),
        ]

    def __str__(self) -> str:
        return f"{self.fact}（事后发现）"

    def short_label(self) -> str:
        return str(self.fact.person)

    def trail_scope(self) -> TrailScope:
        return self.fact.trail_scope()


class ActReviewQuerySet(PersonalQuerySet):
    person_path = "discovery__fact__person"
    season_path = "discovery__fact__season_id"
    scope_prefix = "discovery__fact__"

    def in_scope_of(self, user: Any) -> "ActReviewQuerySet":
        mine = self.filter(discovery__reviewer=user)
        return self.filter(pk__in=super().in_scope_of(user).values("pk")) | mine


class ActReview(AuditedModel):
    """复查单: one act of the recused person in that scope, and what becomes of it."""

    PAGE_OF = "discovery"
    RECUSAL_PATHS = {"person": "discovery__fact__person_id"}

    discovery = models.ForeignKey(LateDiscovery, models.PROTECT, verbose_name="事后发现", related_name="reviews")
    act_id = models.UUIDField("留痕事件")
    act_at = models.DateTimeField("行为时间")
    act_label = models.CharField("行为", max_length=300)
    result = models.CharField("复查结果", max_length=10, choices=ActResult.choices, blank=True)
    reason = models.TextField("复查理由", blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复查人", null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField("复查时间", null=True, blank=True)

    objects = ActReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "复查单"
        verbose_name_plural = "复查单"
        ordering = ["act_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["discovery", "act_id"],
                name="actreview_act_once",
                violation_error_message="这一办理事项已在复查之列。",
            ),
            models.CheckConstraint(
                condition=Q(result="")
                | (Q(result__in=ActResult.values) & ~Q(reason="") & Q(reviewed_by__isnull=False)),
                name="actreview_result_with_reason",
                violation_error_message="请选择复查结果并写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return self.act_label

    def trail_scope(self) -> TrailScope:
        return self.discovery.trail_scope()
