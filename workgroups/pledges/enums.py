from django.db.models import TextChoices

from admissions.core.status import tones


class PledgeKind(TextChoices):
    """文书种类: leaders answer for a group, everybody pledges for a post."""

    RESPONSIBILITY = "responsibility", "责任书"
    POST = "post", "岗位承诺书"


@tones(DRAFT="muted", PUBLISHED="success")
class VersionStatus(TextChoices):
    DRAFT = "draft", "拟稿"
    PUBLISHED = "published", "已发布"


VERSION_TRANSITIONS = {VersionStatus.DRAFT: {VersionStatus.PUBLISHED}, VersionStatus.PUBLISHED: set()}


@tones(SIGNED="success", DECLINED="danger")
class PledgeAnswer(TextChoices):
    """签订答复: declining is an answer of its own; silence is not consent."""

    SIGNED = "signed", "已签"
    DECLINED = "declined", "拒签"


class SigningMethod(TextChoices):
    """签名方式, with its honest level of assurance."""

    PASSWORD = "password", "口令重新验证（一般可信）"
    SCAN = "scan", "纸质签名扫描，两人核对（较可信）"


@tones(PENDING="warning", CONFIRMED="success", REFUSED="danger")
class ScanStatus(TextChoices):
    """纸质签名扫描件."""

    PENDING = "pending", "待核对"
    CONFIRMED = "confirmed", "已核对"
    REFUSED = "refused", "未通过核对"


SCAN_TRANSITIONS = {
    ScanStatus.PENDING: {ScanStatus.CONFIRMED, ScanStatus.REFUSED},
    ScanStatus.CONFIRMED: set(),
    ScanStatus.REFUSED: set(),
}


@tones(
    NOT_OPEN="muted",
    WAITING="warning",
    SIGNED="success",
    GRACE="warning",
    STALE="danger",
    DECLINED="danger",
    NOT_REQUIRED="muted",
)
class PledgeStanding(TextChoices):
    """签订情况: derived from the answers and the clauses in force, never stored."""

    NOT_REQUIRED = "not_required", "不要求"
    NOT_OPEN = "not_open", "未开放"
    WAITING = "waiting", "待签"
    SIGNED = "signed", "已签"
    GRACE = "grace", "待补签（宽限期内）"
    STALE = "stale", "待补签"
    DECLINED = "declined", "拒签"
