"""回避比对: one run, which declarations and which candidates it covered, and what it found."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel, AuditedQuerySet, GuardedQuerySet
from admissions.audit.scope import TrailScope

from ..enums import ScopeKind, ScreeningState
from .candidates import CandidateBatch
from .declarations import DeclaredRelation
from .scoping import seasons_readable


class ScreeningQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "ScreeningQuerySet":
        return self.filter(seasons_readable(user, "season_id"))

    def of_season(self, season: Any) -> "ScreeningQuerySet":
        return self.filter(season=season)

    def unfinished(self) -> "ScreeningQuerySet":
        return self.exclude(state=ScreeningState.DONE)

    def done(self) -> "ScreeningQuerySet":
        return self.filter(state=ScreeningState.DONE)


class Screening(AuditedModel):
    """回避比对: declared relations signed up to `covers_until` against one set of candidates."""

    PAGE = "recusal:screening"
    RECUSAL_EXEMPT = "counts of a run; persons and candidates stand in its hits and facts"

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    batch = models.ForeignKey(CandidateBatch, models.PROTECT, verbose_name="考生摘要批", related_name="screenings")
    state = models.CharField("状态", max_length=10, choices=ScreeningState.choices, default=ScreeningState.QUEUED)
    covers_until = models.DateTimeField("覆盖申报截至")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", related_name="+")
    started_at = models.DateTimeField("发起时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    job = models.ForeignKey("jobs.Job", models.PROTECT, verbose_name="任务", null=True, blank=True, related_name="+")
    relation_count = models.PositiveIntegerField("参加比对的亲属数", default=0)
    hit_count = models.PositiveIntegerField("比中数", default=0)
    new_fact_count = models.PositiveIntegerField("新增疑似数", default=0)
    unchecked_count = models.PositiveIntegerField("未核查人数", default=0)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = "回避比对"
        verbose_name_plural = "回避比对"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ScreeningState.values), name="screening_state_known"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="screening_done_has_time"
            ),
            models.UniqueConstraint(
                fields=["season"],
                condition=Q(state__in=["queued", "running"]),
                name="screening_one_at_a_time",
                violation_error_message="本录取季已有一次比对正在进行，请等它完成。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.season}第{self.pk}次回避比对"

    @property
    def is_interrupted(self) -> bool:
        """Unfinished, and no job works on it any more; it can be continued."""
        return self.state != ScreeningState.DONE and (self.job is None or not self.job.is_open)

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))


class ScreeningHit(models.Model):
    """比中记录: a declared relation whose digest equals that of a candidate or of a staff member."""

    NOT_AUDITED = "result set of one run, inserted once by the sealed comparison; each hit ends in an audited fact"

    screening = models.ForeignKey(Screening, models.PROTECT, verbose_name="比对", related_name="hits")
    relation = models.ForeignKey(
        DeclaredRelation, models.PROTECT, verbose_name="申报事项", related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申报人", related_name="+", db_index=False
    )
    scope_kind = models.CharField("比中对象", max_length=12, choices=ScopeKind.choices)
    scope_key = models.CharField("对象编号", max_length=100)
    reference = models.CharField("考生参考号", max_length=40, blank=True)
    district_code = models.CharField("区县代码", max_length=12, blank=True)
    school_code = models.CharField("中学代码", max_length=20, blank=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "比中记录"
        verbose_name_plural = "比中记录"
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "relation", "scope_kind", "reference"], name="screeninghit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}·{self.get_scope_kind_display()}"
