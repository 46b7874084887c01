from django.db.models import TextChoices

from admissions.core.status import tones


class SourceKind(TextChoices):
    LAW = "law", "法律"
    REGULATION = "regulation", "行政法规"
    PARTY = "party", "党内法规"
    DEPARTMENT = "department", "部门规章"
    NORMATIVE = "normative", "规范性文件"
    PROVINCIAL = "provincial", "省级文件"
    STANDARD = "standard", "国家标准"
    PRACTICE = "practice", "实务归纳"


@tones(VERIFIED="success", REPRINT="info", SECONDARY="warning", UNVERIFIED="danger")
class Verification(TextChoices):
    """核实状态: from the text itself, from a reprint, from a report, or not read at all."""

    VERIFIED = "verified", "已核实正文"
    REPRINT = "reprint", "据转载"
    SECONDARY = "secondary", "据旁证"
    UNVERIFIED = "unverified", "未核实"


class Checkability(TextChoices):
    """核验方式: whether the system itself can check that the clause is kept."""

    AUTOMATIC = "automatic", "可自动核验"
    PARTIAL = "partial", "部分可核验"
    MANUAL = "manual", "仅人工"


class ClauseCategory(TextChoices):
    SIX_DONTS = "six_donts", "六不准"
    TEN_BANS = "ten_bans", "十严禁"
    THIRTY_MUST_NOTS = "thirty_must_nots", "30个不得"
    TEN_DISCLOSURES = "ten_disclosures", "十公开"
    FIVE_DISCIPLINES = "five_disciplines", "五大纪律"
    THREE_NOS = "three_nos", "三不"
    EIGHT_BASICS = "eight_basics", "八项基本要求"
    EIGHT_BANS = "eight_bans", "八条禁令"
    ORDER_36 = "order_36", "36号令"
    ORDER_33 = "order_33", "33号令"
    RECUSAL = "recusal", "回避"
    PETITION = "petition", "信访"
    SANCTION = "sanction", "处分"
    DECISION = "decision", "集体决策"
    DOCUMENT = "document", "公文"
    RECORDS = "records", "档案"
    SECURITY = "security", "安全保密"
    PLAN = "plan", "招生计划"
    FILING = "filing", "投档录取"
    RESPONSIBILITY = "responsibility", "责任制"
    PLEDGE = "pledge", "责任书与承诺"
    TRAINING = "training", "培训"
    DUTY = "duty", "工作组职责"
    OPINION = "opinion", "舆情"
    HOUSE = "house", "办理规则"
