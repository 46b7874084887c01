from django.db.models import TextChoices


class Unit(TextChoices):
    """期限单位. Hours run from an instant; the others count whole days in Beijing time."""

    WORKING_DAYS = "working_days", "个工作日"
    CALENDAR_DAYS = "calendar_days", "日"
    MONTHS = "months", "个月"
    HOURS = "hours", "小时"


class PauseReason(TextChoices):
    """暂停事由: the closed list. Which of them stop a clock is said by the policy, with its clause."""

    HEARING = "hearing", "听证"
    SUPPLEMENT = "supplement", "等待补正材料"
    CONSULTATION = "consultation", "征求第三方意见"
    APPRAISAL = "appraisal", "检验、检测或鉴定"
    FORCE_MAJEURE = "force_majeure", "不可抗力"


class LastDay(TextChoices):
    """末日规则: what happens when the last day is not a working day. Moving it needs a clause."""

    STAYS = "stays", "不顺延"
    NEXT_WORKING_DAY = "next_working_day", "顺延至下一工作日"
