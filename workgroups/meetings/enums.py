"""集体议事的状态、规则和答案, with the permitted passages beside each state."""

from django.db.models import TextChoices

from admissions.core.status import tones

# 机关代字 of resolutions: 招录决〔2026〕3号.
RESOLUTION_CODE = "招录决"


class DecisionMode(TextChoices):
    """议决方式: how the positions become a decision."""

    VOTE = "vote", "票决制"
    HEAD = "head", "首长负责制"
    UNANIMOUS = "unanimous", "一致同意"
    NOTED = "noted", "备案"


class Quorum(TextChoices):
    """法定人数, always of those due to attend."""

    HALF = "half", "半数以上到会"
    MORE_THAN_HALF = "more_than_half", "过半数到会"
    TWO_THIRDS = "two_thirds", "三分之二以上到会"
    ALL = "all", "全体到会"


class Majority(TextChoices):
    """通过线."""

    MORE_THAN_HALF = "more_than_half", "超过半数同意"
    TWO_THIRDS = "two_thirds", "三分之二以上同意"
    ALL = "all", "全体同意"


class Base(TextChoices):
    """通过线的基数: 应到会成员 unless the matter says otherwise (党组会惯例, domain 5.2)."""

    DUE = "due", "应到人数"
    PRESENT = "present", "实到人数"


class RecusalCounting(TextChoices):
    """回避人员是否计入应到."""

    REDUCES = "reduces", "不计入应到"
    COUNTS = "counts", "仍计入应到"


@tones(DRAFT="muted", CONVENED="info", OPEN="info", CLOSED="success", CANCELLED="muted")
class MeetingStatus(TextChoices):
    DRAFT = "draft", "筹备"
    CONVENED = "convened", "已通知"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已闭会"
    CANCELLED = "cancelled", "已取消"


MEETING_TRANSITIONS = {
    MeetingStatus.DRAFT: {MeetingStatus.CONVENED, MeetingStatus.CANCELLED},
    MeetingStatus.CONVENED: {MeetingStatus.OPEN, MeetingStatus.CANCELLED},
    MeetingStatus.OPEN: {MeetingStatus.CLOSED},
    MeetingStatus.CLOSED: set(),
    MeetingStatus.CANCELLED: set(),
}


class SeatKind(TextChoices):
    """到会身份: only 成员 and 主要负责人 state positions."""

    HEAD = "head", "主要负责人"
    MEMBER = "member", "成员"
    OBSERVER = "observer", "列席"
    SUPERVISOR = "supervisor", "列席监督"
    RECORDER = "recorder", "记录"


VOTING = (SeatKind.HEAD, SeatKind.MEMBER)


class PresenceKind(TextChoices):
    """到会情况, as intervals of time."""

    PRESENT = "present", "出席"
    VIDEO = "video", "视频出席"
    OBSERVING = "observing", "列席"
    EXCUSED = "excused", "请假"
    RECUSED = "recused", "回避离场"


# Those who are in the room, or on its screen.
ATTENDING = (PresenceKind.PRESENT, PresenceKind.VIDEO)
IN_THE_ROOM = (*ATTENDING, PresenceKind.OBSERVING)


@tones(PROPOSED="muted", SCHEDULED="info", COLLECTING="info", DECIDED="success", DEFERRED="warning", WITHDRAWN="muted")
class ItemStatus(TextChoices):
    """议题: “表态封存” and “主要负责人可表态” are derived from the positions, never stored."""

    PROPOSED = "proposed", "拟提请"
    SCHEDULED = "scheduled", "列入议程"
    COLLECTING = "collecting", "审议表态"
    DECIDED = "decided", "已作决定"
    DEFERRED = "deferred", "暂缓"
    WITHDRAWN = "withdrawn", "撤回"


ITEM_TRANSITIONS = {
    ItemStatus.PROPOSED: {ItemStatus.SCHEDULED, ItemStatus.WITHDRAWN},
    ItemStatus.SCHEDULED: {ItemStatus.COLLECTING, ItemStatus.PROPOSED, ItemStatus.WITHDRAWN},
    ItemStatus.COLLECTING: {ItemStatus.DECIDED, ItemStatus.DEFERRED},
    # Deferred is not missing: the item returns to the agenda of a later meeting.
    ItemStatus.DEFERRED: {ItemStatus.SCHEDULED, ItemStatus.WITHDRAWN},
    ItemStatus.DECIDED: set(),
    ItemStatus.WITHDRAWN: set(),
}


@tones(SCHEDULED="info", COLLECTING="info", DECIDED="success", DEFERRED="warning", WITHDRAWN="muted", MOVED="muted")
class DeliberationState(TextChoices):
    """审议情况: how far an item came in one sitting; the words of `ItemStatus`, and one for what left the agenda unheard."""

    SCHEDULED = "scheduled", "列入议程"
    COLLECTING = "collecting", "审议表态"
    DECIDED = "decided", "已作决定"
    DEFERRED = "deferred", "暂缓"
    WITHDRAWN = "withdrawn", "撤回"
    MOVED = "moved", "移出议程"


DELIBERATION_TRANSITIONS = {
    DeliberationState.SCHEDULED: {
        DeliberationState.COLLECTING,
        DeliberationState.WITHDRAWN,
        DeliberationState.MOVED,
    },
    DeliberationState.COLLECTING: {DeliberationState.DECIDED, DeliberationState.DEFERRED},
    DeliberationState.DECIDED: set(),
    DeliberationState.DEFERRED: set(),
    DeliberationState.WITHDRAWN: set(),
    DeliberationState.MOVED: set(),
}
# The members were heard: supervision owes its opinion on these.
HEARD = (DeliberationState.DECIDED, DeliberationState.DEFERRED)


class QuestionKind(TextChoices):
    """人数变动事项: what turned up about a member while positions were being stated."""

    RECUSAL = "recusal", "发现回避"
    LEFT = "left", "中途离席"


class QuestionAnswer(TextChoices):
    STANDS = "stands", "继续审议，表态有效"
    REPEAT = "repeat", "重新审议"


@tones(AGREE="success", AGREE_NOTED="success", DEFER="warning", DISAGREE="danger", ABSTAIN="muted")
class Stance(TextChoices):
    """表态. 回避 and 未表态 are facts of the roll, nobody chooses them."""

    AGREE = "agree", "同意"
    AGREE_NOTED = "agree_noted", "原则同意"
    DEFER = "defer", "暂缓"
    DISAGREE = "disagree", "不同意"
    ABSTAIN = "abstain", "弃权"


# What must be said with it: stance → the question.
NEEDS_TEXT = {
    Stance.AGREE_NOTED: "请写明附带意见。",
    Stance.DEFER: "请写明解除暂缓的条件。",
    Stance.DISAGREE: "请写明不同意的理由。",
}


@tones(PASSED="success", FAILED="danger", NOTED="info")
class Outcome(TextChoices):
    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"
    NOTED = "noted", "已备案"


@tones(NONE="success", REMIND="warning", STOP="danger", RECONSIDER="warning")
class RemarkKind(TextChoices):
    """监督意见: never a vote."""

    NONE = "none", "无异议"
    REMIND = "remind", "提醒"
    STOP = "stop", "制止"
    RECONSIDER = "reconsider", "要求复议"


# An answer is owed to these.
TO_BE_ANSWERED = (RemarkKind.REMIND, RemarkKind.STOP, RemarkKind.RECONSIDER)


@tones(DRAFT="muted", CIRCULATED="info", SEALED="success")
class MinutesStatus(TextChoices):
    DRAFT = "draft", "起草"
    CIRCULATED = "circulated", "核对中"
    SEALED = "sealed", "已定稿"


MINUTES_TRANSITIONS = {
    MinutesStatus.DRAFT: {MinutesStatus.CIRCULATED},
    MinutesStatus.CIRCULATED: {MinutesStatus.SEALED},
    MinutesStatus.SEALED: set(),
}


@tones(PROPOSED="warning", IN_EFFECT="info", RATIFIED="success", REFUSED="danger", WITHDRAWN="muted")
class EmergencyStatus(TextChoices):
    """临机处置: one person decides, a second signs, the body ratifies or refuses afterwards."""

    PROPOSED = "proposed", "待同签"
    IN_EFFECT = "in_effect", "已处置，待补议"
    RATIFIED = "ratified", "补议通过"
    REFUSED = "refused", "补议未通过"
    WITHDRAWN = "withdrawn", "撤回"


EMERGENCY_TRANSITIONS = {
    EmergencyStatus.PROPOSED: {EmergencyStatus.IN_EFFECT, EmergencyStatus.WITHDRAWN},
    EmergencyStatus.IN_EFFECT: {EmergencyStatus.RATIFIED, EmergencyStatus.REFUSED},
    EmergencyStatus.RATIFIED: set(),
    EmergencyStatus.REFUSED: set(),
    EmergencyStatus.WITHDRAWN: set(),
}
# A ratification is owed while it stands so.
UNRATIFIED = (EmergencyStatus.PROPOSED, EmergencyStatus.IN_EFFECT)


class EmergencyCategory(TextChoices):
    SYSTEM = "system", "系统或网络故障"
    DATA = "data", "数据差错"
    SECURITY = "security", "安全事件"
    OPINION = "opinion", "舆情和信访"
    NATURE = "nature", "灾害、停电断网"
    OTHER = "other", "其他突发情况"


@tones(OPEN="danger", EXPLAINED="warning", SETTLED="muted")
class ExplanationState(TextChoices):
    """应议未议: derived from the explanation, never stored."""

    OPEN = "open", "未说明"
    EXPLAINED = "explained", "已说明，待认可"
    SETTLED = "settled", "已认可"


def explanation_state(explanation: object, settled_at: object) -> ExplanationState:
    if explanation is None:
        return ExplanationState.OPEN
    return ExplanationState.SETTLED if settled_at else ExplanationState.EXPLAINED
