"""本季回避设置: what the office sets for a season because no source prescribes it."""

from typing import Any

from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope


class RecusalSettingsQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "RecusalSettingsQuerySet":
        return self


class RecusalSettings(AuditedModel):
    """本季回避设置: working days to decide a challenge. Not set means that no date is shown, not that none is meant."""

    RECUSAL_EXEMPT = "names nobody"

    season = models.OneToOneField("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    challenge_days = models.PositiveSmallIntegerField("回避申请的决定时限（工作日）")
    basis = models.CharField("依据", max_length=200)

    objects = RecusalSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = "本季回避设置"
        verbose_name_plural = "本季回避设置"
        constraints = [
            models.CheckConstraint(
                condition=Q(challenge_days__gte=1),
                name="recusalsettings_days_positive",
                violation_error_message="申请回避的期限至少1天。",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="recusalsettings_has_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.season}回避设置"

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))
