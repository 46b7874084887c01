"""考生摘要: the reference set of one import, readable only by the import and the sealed comparison."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.models import AuditedModel, AuditedQuerySet, GuardedQuerySet
from admissions.audit.scope import TrailScope

from .scoping import seasons_readable

_sealed: ContextVar[bool] = ContextVar("recusal_sealed", default=False)


@contextmanager
def sealed() -> Iterator[None]:
    """Only inside may the candidate table be queried; entered by the import, the comparison and their tests."""
    token = _sealed.set(True)
    try:
        yield
    finally:
        _sealed.reset(token)


class CandidateBatchQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "CandidateBatchQuerySet":
        """Officers and supervisors of the season; nobody else needs to know which file came when."""
        return self.filter(seasons_readable(user, "season_id"))

    def of_season(self, season: Any) -> "CandidateBatchQuerySet":
        return self.filter(season=season)

    def confirmed(self) -> "CandidateBatchQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def newest(self, season: Any) -> "CandidateBatch | None":
        """The set in force: the last one confirmed."""
        return self.of_season(season).confirmed().order_by("-confirmed_at", "-id").first()


class CandidateBatch(AuditedModel):
    """考生摘要批: one file, uploaded by one officer and confirmed by another; before that it counts for nothing."""

    RECUSAL_EXEMPT = "counts of an import; names no person, institution or candidate"

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    source = models.OneToOneField(
        "evidence.ImportBatch", models.PROTECT, verbose_name="导入批次", null=True, blank=True, related_name="+"
    )
    file_name = models.CharField("文件名", max_length=200)
    source_hash = models.CharField("源文件校验值", max_length=64)
    row_count = models.PositiveIntegerField("考生数", default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    discarded_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = CandidateBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "考生摘要批"
        verbose_name_plural = "考生摘要批"
        ordering = ["-confirmed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "source_hash"],
                condition=Q(discarded_at__isnull=True),
                name="candidatebatch_file_once",
                violation_error_message="同一份考生摘要文件已经上传过。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(uploaded_by=F("confirmed_by")),
                name="candidatebatch_two_persons",
                violation_error_message="考生摘要须由上传人以外的回避审查员确认。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=False, discarded_at__isnull=True),
                name="candidatebatch_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.row_count} 人）"

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))


class SealedManager(models.Manager.from_queryset(GuardedQuerySet)):
    """Refuses every query outside `sealed()`: no page, search, count or export reaches the candidates."""

    def get_queryset(self) -> models.QuerySet:
        if not _sealed.get():
            raise RuntimeError("考生摘要只供比对作业查询。")
        return super().get_queryset()


class CandidateDigest(models.Model):
    """考生摘要: a pseudonymous reference and the keyed digest of an ID number; no name, no number.

    The table has no index and no foreign key: it is filled by COPY, read by one hash join, and never by row
    (a migration makes it). `reference` stands in for the primary key Django wants.
    """

    NOT_AUDITED = "immutable reference set of one import; its batch is audited and keeps the hash of the source"
    NOT_ARCHIVED = "every candidate of the province; what the comparison found stands in its hits"

    batch = models.ForeignKey(
        CandidateBatch, models.DO_NOTHING, verbose_name="批", db_index=False, db_constraint=False, related_name="+"
    )
    reference = models.CharField("考生参考号", max_length=40, primary_key=True)
    id_digest = models.CharField("证件号摘要", max_length=80)
    district_code = models.CharField("区县代码", max_length=12, blank=True)
    school_code = models.CharField("中学代码", max_length=20, blank=True)

    objects = SealedManager()

    class Meta:
        managed = False
        db_table = "recusal_candidatedigest"
        verbose_name = "考生摘要"
        verbose_name_plural = "考生摘要"

    def __str__(self) -> str:
        return self.reference
