from django.db.models import TextChoices

from admissions.core.status import tones


@tones(REQUESTED="warning", APPROVED="danger", DECLINED="muted", WITHDRAWN="muted", ENDED="warning", REVIEWED="success")
class BreakGlassStatus(TextChoices):
    """紧急授权状态. Whether an approved one is still running or over is derived from its period and the clock."""

    REQUESTED = "requested", "待批准"
    APPROVED = "approved", "已批准"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "提前结束"
    REVIEWED = "reviewed", "已复核"


BREAK_GLASS_TRANSITIONS = {
    BreakGlassStatus.REQUESTED: {BreakGlassStatus.APPROVED, BreakGlassStatus.DECLINED, BreakGlassStatus.WITHDRAWN},
    BreakGlassStatus.APPROVED: {BreakGlassStatus.ENDED, BreakGlassStatus.REVIEWED},
    BreakGlassStatus.ENDED: {BreakGlassStatus.REVIEWED},
    BreakGlassStatus.DECLINED: set(),
    BreakGlassStatus.WITHDRAWN: set(),
    BreakGlassStatus.REVIEWED: set(),
}
GRANTED = (BreakGlassStatus.APPROVED, BreakGlassStatus.ENDED, BreakGlassStatus.REVIEWED)
UNREVIEWED = (BreakGlassStatus.APPROVED, BreakGlassStatus.ENDED)


@tones(
    REQUESTED="warning",
    STALE="muted",
    RUNNING="danger",
    TO_REVIEW="warning",
    OVERDUE="danger",
    DECLINED="muted",
    WITHDRAWN="muted",
    REVIEWED="success",
)
class BreakGlassState(TextChoices):
    """What the pages show: the status, seen with the clock; never stored."""

    REQUESTED = "requested", "待批准"
    STALE = "stale", "逾时未答复"
    RUNNING = "running", "生效中"
    TO_REVIEW = "to_review", "待复核"
    OVERDUE = "overdue", "复核逾期"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    REVIEWED = "reviewed", "已复核"


@tones(PROPER="success", BEYOND="warning", MISUSED="danger")
class Conclusion(TextChoices):
    """复核结论."""

    PROPER = "proper", "使用得当"
    BEYOND = "beyond", "超出所述用途"
    MISUSED = "misused", "滥用，移交处理"
