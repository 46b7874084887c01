from django.db.models import TextChoices

from admissions.core.status import tones


class GroupKind(TextChoices):
    """工作组类别 (湖南 2018 录取工作方案 and 2023 动员会; data, not law: a season may name its groups otherwise)."""

    LEADING = "leading", "领导小组"
    SUPERVISION = "supervision", "监督指导小组"
    ADMISSION = "admission", "录取管理组"
    TECHNOLOGY = "technology", "信息技术组"
    DISCIPLINE = "discipline", "纪检监察组"
    PETITION = "petition", "信访接待组"
    SECRETARIAT = "secretariat", "行政秘书组"
    OTHER = "other", "其他工作组"


@tones(DRAFT="muted", ACTIVE="success", DISSOLVED="muted")
class GroupStatus(TextChoices):
    DRAFT = "draft", "筹建"
    ACTIVE = "active", "运行"
    DISSOLVED = "dissolved", "已撤销"


GROUP_TRANSITIONS = {
    GroupStatus.DRAFT: {GroupStatus.ACTIVE, GroupStatus.DISSOLVED},
    GroupStatus.ACTIVE: {GroupStatus.DISSOLVED},
    GroupStatus.DISSOLVED: set(),
}


class PostRank(TextChoices):
    """岗位层级: the leader signs first and answers for the group (组长主体责任、组员直接责任)."""

    LEADER = "leader", "组长"
    DEPUTY = "deputy", "副组长"
    MEMBER = "member", "组员"


class Secrecy(TextChoices):
    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    WORK_SECRET = "work_secret", "工作秘密"


class StepStage(TextChoices):
    """三个关键环节 and what surrounds them."""

    PLAN = "plan", "计划"
    FILING = "filing", "投档"
    CHECKING = "checking", "录检"
    PUBLICITY = "publicity", "公示"
    PETITION = "petition", "信访"
    SECURITY = "security", "安全保障"


class DutyLetter(TextChoices):
    """职责矩阵: who executes, reviews, supervises, is consulted, is informed, and who answers for the step."""

    ACCOUNTABLE = "L", "负责"
    EXECUTE = "A", "执行"
    REVIEW = "R", "复核"
    SUPERVISE = "S", "监督"
    CONSULTED = "C", "会商"
    INFORMED = "I", "知会"
