"""院校."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.core.names import NameKey

from .enums import Level, ListStatus


class InstitutionQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "InstitutionQuerySet":
        return self

    def listed(self) -> "InstitutionQuerySet":
        return self.filter(status=ListStatus.LISTED)


class Institution(AuditedModel):
    """院校: a school of the Ministry's list 全国普通高等学校名单; earlier names stand in its history."""

    PAGE = "seasons:institution"
    RECUSAL_PATHS = {"institution": "pk"}

    code = models.CharField(
        "学校标识码", max_length=10, unique=True, validators=[RegexValidator(r"^\d{10}$", "学校标识码为10位数字。")]
    )
    name = models.CharField("学校名称", max_length=100)
    name_key = NameKey("名称检索")
    authority = models.CharField("主管部门", max_length=100)
    province = models.CharField("省份", max_length=20)
    location = models.CharField("所在地", max_length=60)
    level = models.CharField("办学层次", max_length=14, choices=Level.choices)
    remark = models.CharField("备注", max_length=100, blank=True)
    status = models.CharField("名单状态", max_length=10, choices=ListStatus.choices, default=ListStatus.LISTED)
    source_import = models.ForeignKey(
        "evidence.ImportBatch",
        models.PROTECT,
        verbose_name="所据导入",
        null=True,
        blank=True,
        related_name="+",
        help_text="最近一次改动本校记录的名单导入。",
    )

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = "院校"
        verbose_name_plural = "院校"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{10}$"),
                name="institution_code_ten_digits",
                violation_error_message="院校代码为10位数字。",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="institution_level_known"),
            models.CheckConstraint(condition=Q(status__in=ListStatus.values), name="institution_status_known"),
        ]
        indexes = [models.Index(fields=["province", "code"], name="institution_of_province")]

    def __str__(self) -> str:
        return self.name

    def trail_label(self) -> str:
        return f"{self.name}（{self.code}）"

    def trail_scope(self) -> TrailScope:
        return TrailScope(subjects=(f"institution:{self.pk}",))
