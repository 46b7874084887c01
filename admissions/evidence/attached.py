"""A file as one of its papers: what a record that is signed keeps of a stored file."""

from typing import Any

from django.conf import settings
from django.db import models

from admissions.audit.models import AuditedModel

from .models import StoredFile

SHORT_DIGEST = 16


class AttachedFile(AuditedModel):
    """附上的文件: name, hash and size are copied from the file, so that what was signed is kept as it was."""

    name = models.CharField("名称", max_length=100)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    size = models.PositiveBigIntegerField("大小（字节）", editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="添加人", related_name="+")
    added_at = models.DateTimeField("添加时间")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def short_digest(self) -> str:
        return self.sha256[:SHORT_DIGEST]


def copied_from(file: StoredFile) -> dict[str, Any]:
    """The fields that follow from the file."""
    return {"file": file, "sha256": file.sha256, "size": file.size}
