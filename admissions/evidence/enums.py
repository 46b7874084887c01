from django.db.models import TextChoices

from admissions.core.status import tones


class Secrecy(TextChoices):
    """材料密级: state secrets are never stored here."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    WORK_SECRET = "work_secret", "工作秘密"


@tones(CHECKING="info", READY="warning", APPLYING="info", APPLIED="success", VOID="muted", FAILED="danger")
class ImportStatus(TextChoices):
    """导入状态: nothing is written before a second person confirms."""

    CHECKING = "checking", "预检中"
    READY = "ready", "待确认"
    APPLYING = "applying", "写入中"
    APPLIED = "applied", "已导入"
    VOID = "void", "已作废"
    FAILED = "failed", "无法读取"


IMPORT_TRANSITIONS = {
    ImportStatus.CHECKING: {ImportStatus.READY, ImportStatus.FAILED, ImportStatus.VOID},
    ImportStatus.READY: {ImportStatus.APPLYING, ImportStatus.APPLIED, ImportStatus.VOID},
    ImportStatus.APPLYING: {ImportStatus.APPLIED, ImportStatus.FAILED},
    ImportStatus.APPLIED: set(),
    ImportStatus.VOID: set(),
    ImportStatus.FAILED: set(),
}
