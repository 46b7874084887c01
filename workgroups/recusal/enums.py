"""回避：种类、范围、来源、状态, with the permitted passages beside each state."""

from django.db.models import TextChoices

from admissions.core.status import tones


class RelationCategory(TextChoices):
    """申报事项: what a person declares. Which relatives count is reference data (亲属类别), not code."""

    RELATIVE = "relative", "亲属"
    FORMER_SCHOOL = "former_school", "曾任教学校"
    PART_TIME_COLLEGE = "part_time", "本人在招生院校兼职"
    RELATIVE_AT_COLLEGE = "relative_college", "亲属在招生院校任职"
    RELATIVE_AT_AGENCY = "relative_agency", "亲属在招生中介机构任职"
    STAFF = "staff", "与录取工作人员有亲属关系"
    PETITIONER = "petitioner", "与信访人有利害关系"
    OTHER = "other", "其他可能影响公正的关系"


class CandidateAnswer(TextChoices):
    """是否报考本年; the number is screened whatever the answer."""

    YES = "yes", "报考"
    NO = "no", "未报考"
    UNKNOWN = "unknown", "不清楚"


class ScopeKind(TextChoices):
    """回避范围: the words before the colon of a ledger subject, so that one key serves facts, rows and events."""

    CANDIDATE = "candidate", "考生"
    INSTITUTION = "institution", "院校"
    PERSON = "person", "人员"
    DISTRICT = "district", "区县"
    SCHOOL = "school", "中学"
    MATTER = "matter", "事项"


class FactSource(TextChoices):
    """来源 (公务员法第七十七条: 本人申请、利害关系人申请、其他人提供情况、机关决定; plus the comparison)."""

    OWN = "own", "本人申报"
    SCREENING = "screening", "系统比对"
    CHALLENGE = "challenge", "他人提出"
    OFFICE = "office", "机关决定"


@tones(SUSPECTED="warning", DECLARED="info", CONFIRMED="danger", CLEARED="success", EXPIRED="muted")
class FactState(TextChoices):
    SUSPECTED = "suspected", "疑似"
    DECLARED = "declared", "申报"
    CONFIRMED = "confirmed", "认定回避"
    CLEARED = "cleared", "认定不回避"
    EXPIRED = "expired", "失效"


FACT_TRANSITIONS = {
    FactState.SUSPECTED: {FactState.DECLARED, FactState.CONFIRMED, FactState.CLEARED, FactState.EXPIRED},
    FactState.DECLARED: {FactState.CONFIRMED, FactState.CLEARED, FactState.EXPIRED},
    FactState.CONFIRMED: {FactState.CLEARED, FactState.EXPIRED},
    FactState.CLEARED: {FactState.DECLARED, FactState.CONFIRMED, FactState.EXPIRED},
    FactState.EXPIRED: set(),
}
# What the row filter and the veto enforce: everything that nobody has cleared.
ENFORCED = (FactState.SUSPECTED, FactState.DECLARED, FactState.CONFIRMED)
OPEN = (FactState.SUSPECTED, FactState.DECLARED)


class Verdict(TextChoices):
    CONFIRM = "confirm", "认定回避"
    CLEAR = "clear", "认定不回避"
    EXPIRE = "expire", "关系已终止，失效"


STATE_AFTER = {
    Verdict.CONFIRM: FactState.CONFIRMED,
    Verdict.CLEAR: FactState.CLEARED,
    Verdict.EXPIRE: FactState.EXPIRED,
}


@tones(PENDING="warning", SIGNED="success", RETURNED="muted")
class RulingState(TextChoices):
    """裁定: one signature proposes, the second one makes it effective."""

    PENDING = "pending", "待复签"
    SIGNED = "signed", "已生效"
    RETURNED = "returned", "复签退回"


RULING_TRANSITIONS = {
    RulingState.PENDING: {RulingState.SIGNED, RulingState.RETURNED},
    RulingState.SIGNED: set(),
    RulingState.RETURNED: set(),
}


class RulingLevel(TextChoices):
    """裁定层级: who gives the second signature. A head is never ruled upon inside his own group."""

    OFFICERS = "officers", "回避审查员复签"
    LEVEL_UP = "level_up", "上一级负责人复签"
    SUPERIOR = "superior", "上级机关指定"


class WithdrawalVerdict(TextChoices):
    AGREE = "agree", "同意撤回"
    REJECT = "reject", "不同意撤回"


class ChallengeVerdict(TextChoices):
    UPHOLD = "uphold", "理由成立，予以回避"
    DISMISS = "dismiss", "理由不成立，驳回"


@tones(OPEN="warning", UPHELD="danger", DISMISSED="muted")
class ChallengeState(TextChoices):
    OPEN = "open", "待决定"
    UPHELD = "upheld", "成立"
    DISMISSED = "dismissed", "驳回"


CHALLENGE_TRANSITIONS = {
    ChallengeState.OPEN: {ChallengeState.UPHELD, ChallengeState.DISMISSED},
    ChallengeState.UPHELD: set(),
    ChallengeState.DISMISSED: set(),
}


@tones(QUEUED="muted", RUNNING="info", DONE="success")
class ScreeningState(TextChoices):
    QUEUED = "queued", "待比对"
    RUNNING = "running", "比对中"
    DONE = "done", "已完成"


# Interrupted is derived: unfinished, and no job works on it.
SCREENING_TRANSITIONS = {
    ScreeningState.QUEUED: {ScreeningState.RUNNING},
    ScreeningState.RUNNING: {ScreeningState.DONE},
    ScreeningState.DONE: set(),
}


class UncheckedReason(TextChoices):
    """未核查: a third value beside “有” and “无”."""

    NO_DECLARATION = "no_declaration", "本人未申报"
    NO_NUMBER = "no_number", "亲属未填证件号，无法比对"
    NO_CANDIDATES = "no_candidates", "本季尚未导入考生摘要"
    NOT_SCREENED = "not_screened", "申报后尚未比对"
    NEWER_CANDIDATES = "newer_candidates", "考生摘要已更新，尚未重新比对"


@tones(OPEN="warning", CLOSED="success")
class DiscoveryState(TextChoices):
    OPEN = "open", "复查中"
    CLOSED = "closed", "已办结"


DISCOVERY_TRANSITIONS = {DiscoveryState.OPEN: {DiscoveryState.CLOSED}, DiscoveryState.CLOSED: set()}


@tones(UPHOLD="success", REDO="warning", REVOKE="danger")
class ActResult(TextChoices):
    """复查结果 of one act done before the conflict was known."""

    UPHOLD = "uphold", "维持"
    REDO = "redo", "重做"
    REVOKE = "revoke", "撤销"
