"""材料与导入批次."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import RecusedScope, recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.core.importing.kinds import KINDS, Verdict

from .attaching import subjects_of, withheld_with
from .enums import ImportStatus, Secrecy


class StoredFileQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "StoredFileQuerySet":
        """Public files are seen by everybody; others by their owner, and by whom the owner gives sight of them."""
        return self.filter(Q(secrecy=Secrecy.PUBLIC) | Q(uploaded_by=user))

    def without_recused(self, user: Any) -> "StoredFileQuerySet":
        """Neither files of those whom the user must keep away from, nor what is attached to a record about them."""
        scope, rows = recused_scope(user), super().without_recused(user)
        return rows.exclude(withheld_with(StoredFile, scope)) if scope.subjects() else rows


class StoredFile(AuditedModel):
    """材料: one file with its SHA-256, kept privately and read only through a checked, recorded download.

    `removed_at`: the content of sensitive sources is deleted after use; name, size and hash stay.
    """

    RECUSAL_PATHS = {"person": "uploaded_by_id"}

    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveBigIntegerField("大小（字节）")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    purpose = models.CharField("用途", max_length=200)
    secrecy = models.CharField("密级", max_length=12, choices=Secrecy.choices, default=Secrecy.INTERNAL)
    storage_name = models.CharField("存放位置", max_length=120, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="files"
    )
    uploaded_at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("内容清除时间", null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["sha256"])]
        constraints = [models.CheckConstraint(condition=Q(secrecy__in=Secrecy.values), name="file_secrecy_known")]

    def __str__(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        """The file of whoever uploaded it; it names whom the records name that it is attached to."""
        subjects = tuple(sorted(subjects_of(self)))
        return TrailScope(person_id=self.uploaded_by_id, person_label=self.uploaded_by.name, subjects=subjects)


def sees_all_imports(user: Any) -> bool:
    return has_permission(user, Permission.READ_WHOLE_TRAIL)


class ImportBatchQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "ImportBatchQuerySet":
        """Imports of the kinds one may upload or confirm."""
        if sees_all_imports(user):
            return self
        return self.filter(permission__in=[p.value for p in Permission if has_permission(user, p)])


class ImportBatch(AuditedModel):
    """导入批次: a file, the verdict on each of its rows, and the two people who let it in (#117)."""

    PAGE = "evidence:import"
    RECUSAL_PATHS = {"person": "uploaded_by_id"}

    kind = models.CharField("导入种类", max_length=40)
    permission = models.CharField("所需权限", max_length=40, editable=False)
    season = models.ForeignKey(
        "seasons.Season", models.PROTECT, verbose_name="录取季", null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="来源文件", related_name="imports")
    status = models.CharField("状态", max_length=10, choices=ImportStatus.choices, default=ImportStatus.CHECKING)
    header_line = models.PositiveIntegerField("表头行", null=True, blank=True)
    totals = models.JSONField("各类行数", default=dict, blank=True)
    # What became of every line and column of the file: `admissions.core.importing.sheets.Account`, and the headings.
    account = models.JSONField("各行各列的去向", default=dict, blank=True)
    problem = models.TextField("不能读取的原因", blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="import_status_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("uploaded_by")),
                name="import_second_person",
                violation_error_message="导入须由上传人以外的人确认。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["applied", "applying"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="import_applied_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file.name}（{self.pk}号导入）"

    def short_label(self) -> str:
        return self.file.name

    def names_any(self, scope: RecusedScope) -> bool:
        """For the gate: hundreds of thousands of rows are asked about in the database, and never listed."""
        bulk = KINDS[self.kind].bulk if self.kind in KINDS else None
        return bulk is not None and bulk.names_any(self, scope)

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season or ""),
            person_id=self.uploaded_by_id,
            person_label=self.uploaded_by.name,
        )


class ImportRow(models.Model):
    """导入行: the verdict on one row; for a rejected one the column, its value and the reason.

    Identity numbers never stand here: `payload` holds what will be written, with digests and masked tails.
    """

    NOT_AUDITED = "preview of a batch, written once by the check and never changed; the batch is audited"

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField("行")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices)
    label = models.CharField("摘要", max_length=200, blank=True)
    column = models.CharField("列", max_length=60, blank=True)
    value = models.CharField("值", max_length=200, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    changes = models.JSONField("变化", default=list)
    payload = models.JSONField("待写入内容", default=dict)

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        ordering = ["batch", "line", "id"]
        indexes = [models.Index(fields=["batch", "verdict", "line"])]

    def __str__(self) -> str:
        return f"第{self.line}行 {self.get_verdict_display()}"
