from django.db.models import TextChoices

from admissions.core.status import tones


@tones(WAITING="muted", RUNNING="info", DONE="success", FAILED="danger", CANCELLED="muted")
class JobState(TextChoices):
    WAITING = "waiting", "等待运行"
    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"
