"""Seasons put away."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import trail_access
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.jobs.models import Job
from admissions.seals.models import Seal


class SeasonArchiveQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "SeasonArchiveQuerySet":
        """Whoever reads a trail or keeps the seasons."""
        return self if trail_access(user) or has_permission(user, Permission.MANAGE_SEASONS) else self.none()


class SeasonArchive(AuditedModel):
    """归档: a closed season put away for good. From here on the database refuses every change to its records.

    The pack is made by a job; it holds the season's trail in full, the files, all leaves, seals, and the verifier.
    """

    PAGE = "archive:one"
    RECUSAL_EXEMPT = "names the season and who put it away"

    season = models.OneToOneField("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="archive")
    number = models.CharField("档号", max_length=40, unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name="印记", related_name="+", null=True, blank=True)
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="归档人", related_name="+")
    archived_by_name = models.CharField("归档人姓名", max_length=80)
    archived_at = models.DateTimeField("归档时间")
    job = models.ForeignKey(Job, models.PROTECT, verbose_name="后台任务", related_name="+")
    storage_name = models.CharField("存放位置", max_length=120, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField("大小（字节）", default=0)
    ready_at = models.DateTimeField("生成时间", null=True, blank=True)

    objects = SeasonArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = "归档"
        verbose_name_plural = "归档"
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, storage_name="")
                | ~Q(storage_name="") & ~Q(sha256="") & Q(seal__isnull=False),
                name="archive_ready_with_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}（{self.season}）"

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))
