"""附件: the evidence a request or report brings along."""

from django.db import models
from django.db.models import Q

from admissions.audit.scope import TrailScope
from admissions.evidence.attached import AttachedFile

from .scoping import through
from .submissions import SubmissionVersion, VersionQuerySet


class AttachmentQuerySet(VersionQuerySet):
    """Seen with the version it belongs to: the addressee has those of what was sent, never those of a draft."""

    submission_path = "version__submission__"
    duty_path = "version__submission__duty__"
    version_path = "version__"


class Attachment(AttachedFile):
    """附件 (#46): a file of one version; the signature binds its name and SHA-256, from then on it stays."""

    PAGE_OF = "version"
    RECUSAL_PATHS = through("version__submission")
    # As with the text of a draft: no business of the addressee.
    TRAIL_HIDDEN = frozenset({"name", "sha256"})

    version = models.ForeignKey(SubmissionVersion, models.PROTECT, verbose_name="文稿", related_name="attachments")
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("附件名称", max_length=100)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["version", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="attachment_number_once",
                violation_error_message="有人刚刚添加了附件，请刷新页面。",
            ),
            models.UniqueConstraint(
                fields=["version", "name"], name="attachment_name_once", violation_error_message="已有同名的附件。"
            ),
            models.UniqueConstraint(
                fields=["version", "sha256"],
                name="attachment_content_once",
                violation_error_message="这份文件已经是附件。",
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="attachment_numbered_from_one"),
        ]

    def trail_scope(self) -> TrailScope:
        return self.version.submission.trail_scope()
