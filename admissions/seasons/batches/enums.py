from django.db.models import TextChoices


class StageKind(TextChoices):
    """批次阶段, in the order in which a batch passes them; collecting and filing may come again."""

    PLAN = "plan", "计划核对"
    FILING = "filing", "投档"
    READING = "reading", "阅档"
    CHECKING = "checking", "录检"
    COLLECTING = "collecting", "征集志愿"
    COMPLETING = "completing", "完成录取"


class Subject(TextChoices):
    """科类: as the plan is drawn up; a batch may cover several."""

    ALL = "all", "不分科类"
    PHYSICS = "physics", "物理类"
    HISTORY = "history", "历史类"
    GENERAL = "general", "普通类（物理、历史）"
    ART = "art", "艺术类"
    SPORT = "sport", "体育类"
    VOCATIONAL = "vocational", "职高对口类"
