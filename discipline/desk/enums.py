from django.db.models import TextChoices

from admissions.core.status import tones


class Indicator(TextChoices):
    """预警指标: what the desk looks for."""

    HIGH_RISK = "high_risk", "高风险事项"
    REFUSALS = "refusals", "连续被拒绝"
    HIDDEN = "hidden", "反复试图查看须回避的记录"
    PAIRS = "pairs", "总是同两人"
    QUICK = "quick", "复核过快"
    HOURS = "hours", "非工作时间办理"
    AFTER = "after", "定后更改"
    READINESS = "readiness", "在岗而资格不全"
    TASKS = "tasks", "督办逾期"
    OPINIONS = "opinions", "监督意见逾期未答复"
    ENTERED = "entered", "代录表态"


@tones(PROPER="success", ASKED="warning", IMPROPER="danger")
class ReviewFinding(TextChoices):
    """查阅复核结论."""

    PROPER = "proper", "正常履职"
    ASKED = "asked", "已要求说明"
    IMPROPER = "improper", "超出需要"
