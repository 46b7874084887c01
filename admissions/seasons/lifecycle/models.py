"""录取季."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from admissions.accounts.break_glass.running_access import season_of_access
from admissions.accounts.enums import Role
from admissions.accounts.selectors import live_grants
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope

from .enums import SeasonStatus


def seasons_in_scope(user: Any, path: str = "pk") -> Q:
    """Seasons a person may see: supervisors only those of their grants; everybody else all."""
    grants = [grant for grant in live_grants(user) if grant.role == Role.SUPERVISOR]
    if not grants or any(not grant.group_id and not grant.season_id for grant in grants):
        return Q()
    seasons = {grant.season_id or grant.group.season_id for grant in grants} | ({season_of_access(user)} - {None})
    return Q(**{f"{path}__in": seasons})


class SeasonQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "SeasonQuerySet":
        return self.filter(seasons_in_scope(user))

    def templates(self) -> "SeasonQuerySet":
        return self.filter(is_template=True)

    def real(self) -> "SeasonQuerySet":
        """Seasons in which work is done: not the templates."""
        return self.filter(is_template=False)

    def latest_first(self) -> "SeasonQuerySet":
        return self.order_by("-year", "-id")


class Season(AuditedModel):
    """录取季: one year's admission work, or a template for it. Opened on a resolution or order."""

    PAGE = "seasons:one"
    RECUSAL_EXEMPT = "the year's frame; names nobody"

    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    name = models.CharField("名称", max_length=60)
    status = models.CharField("状态", max_length=10, choices=SeasonStatus.choices, default=SeasonStatus.DRAFT)
    is_template = models.BooleanField("模板", default=False)
    cloned_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name="复制自", null=True, blank=True, related_name="clones", editable=False
    )
    basis = models.CharField("开启依据", max_length=200, blank=True)
    opened_at = models.DateTimeField("开启时间", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = "录取季"
        verbose_name_plural = "录取季"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="season_name_once", violation_error_message="已有同名的录取季。"
            ),
            models.CheckConstraint(condition=Q(status__in=SeasonStatus.values), name="season_status_known"),
            models.CheckConstraint(
                condition=Q(is_template=False) | Q(status=SeasonStatus.DRAFT),
                name="season_template_never_opens",
                violation_error_message="模板不能开启。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        """A closed season is read only."""
        return self.status == SeasonStatus.CLOSED

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.pk, season_label=self.name)
