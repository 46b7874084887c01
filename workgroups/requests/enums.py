"""请示报告的状态和答案, with the permitted passages beside each state."""

from django.db.models import TextChoices

from admissions.core.status import tones


class DocumentKind(TextChoices):
    """上行文的两种 (《党政机关公文处理工作条例》第八条): a 请示 asks, a 报告 tells."""

    REQUEST = "request", "请示"
    REPORT = "report", "报告"


class Timing(TextChoices):
    BEFORE = "before", "事前"
    DURING = "during", "事中"
    AFTER = "after", "事后"


@tones(NORMAL="muted", URGENT="warning", FLASH="danger")
class Urgency(TextChoices):
    NORMAL = "normal", "平件"
    URGENT = "urgent", "加急"
    FLASH = "flash", "特急"


@tones(
    DRAFT="muted",
    SUBMITTED="warning",
    SIGNED="info",
    SENT="info",
    RECEIVED="info",
    ANSWERED="success",
    RETURNED="danger",
    WITHDRAWN="muted",
)
class SubmissionStatus(TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待签发"
    SIGNED = "signed", "已签发"
    SENT = "sent", "已报送"
    RECEIVED = "received", "已签收"
    ANSWERED = "answered", "已批复"
    RETURNED = "returned", "被退回"
    WITHDRAWN = "withdrawn", "已撤回"


S = SubmissionStatus
# Back to DRAFT after signing is a new version, which the signer signs again.
SUBMISSION_TRANSITIONS = {
    S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
    S.SUBMITTED: {S.SIGNED, S.DRAFT, S.WITHDRAWN},
    S.SIGNED: {S.SENT, S.DRAFT, S.WITHDRAWN},
    S.SENT: {S.RECEIVED, S.DRAFT, S.WITHDRAWN},
    S.RECEIVED: {S.ANSWERED, S.RETURNED, S.DRAFT, S.WITHDRAWN},
    S.RETURNED: {S.DRAFT, S.RECEIVED, S.WITHDRAWN},
    # A reply whose author disputes it answers nothing: the document waits again.
    S.ANSWERED: {S.RECEIVED},
    S.WITHDRAWN: set(),
}
# Nothing was signed yet.
UNSIGNED = (S.DRAFT, S.SUBMITTED)
# The signed text may still be taken back for another version.
REVISABLE = (S.SIGNED, S.SENT, S.RECEIVED, S.RETURNED)


class ReportStage(TextChoices):
    """首报、续报、终报 of an urgent matter."""

    FIRST = "first", "首报"
    FOLLOW_UP = "follow_up", "续报"
    FINAL = "final", "终报"


@tones(AGREE="success", AGREE_NOTED="success", DISAGREE="danger", NOTED="muted", RETURNED="warning", DIRECTED="info")
class ReplyKind(TextChoices):
    """批复的结论. “已阅” is never “同意”: it leaves a 请示 unanswered."""

    AGREE = "agree", "同意"
    AGREE_NOTED = "agree_noted", "原则同意附意见"
    DISAGREE = "disagree", "不同意"
    NOTED = "noted", "已阅"
    RETURNED = "returned", "退回"
    DIRECTED = "directed", "批示"


ANSWERS = (ReplyKind.AGREE, ReplyKind.AGREE_NOTED, ReplyKind.DISAGREE)
APPROVALS = (ReplyKind.AGREE, ReplyKind.AGREE_NOTED)
# After one of these no other word on the same text counts.
CONCLUDING = (*ANSWERS, ReplyKind.RETURNED)
REPLIES_TO = {
    DocumentKind.REQUEST: (*ANSWERS, ReplyKind.NOTED, ReplyKind.RETURNED),
    DocumentKind.REPORT: (ReplyKind.NOTED, ReplyKind.DIRECTED, ReplyKind.RETURNED),
}


@tones(OPEN="info", MISSED="danger", DONE="success", LATE="warning", WAIVED="muted")
class DutyState(TextChoices):
    """应报事项的办理情况: derived from instants, never stored."""

    OPEN = "open", "待报"
    MISSED = "missed", "应报未报"
    DONE = "done", "已报"
    LATE = "late", "迟报"
    WAIVED = "waived", "免报"


class Channel(TextChoices):
    FACE = "face", "当面"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    MESSAGE = "message", "文字或语音消息"
    THIRD = "third", "他人转达"


@tones(TOLD="success", UNREACHED="danger")
class CallOutcome(TextChoices):
    TOLD = "told", "已通知到本人"
    UNREACHED = "unreached", "未联系上"


@tones(WAITING="muted", UNREACHED="danger", TOLD="info", CONFIRMED="success")
class CallState(TextChoices):
    """逐级通知的情况: derived from calls and receipts, never stored."""

    WAITING = "waiting", "待通知"
    UNREACHED = "unreached", "未联系上"
    TOLD = "told", "已通知，待回执"
    CONFIRMED = "confirmed", "已回执"


@tones(WAITING="warning", CONFIRMED="success", DISPUTED="danger")
class WordStatus(TextChoices):
    """Does who said it stand by what somebody else wrote down? Of oral instructions and of replies."""

    WAITING = "waiting", "待本人确认"
    CONFIRMED = "confirmed", "已确认"
    DISPUTED = "disputed", "有异议"


WORD_TRANSITIONS = {
    WordStatus.WAITING: {WordStatus.CONFIRMED, WordStatus.DISPUTED},
    WordStatus.CONFIRMED: set(),
    WordStatus.DISPUTED: set(),
}
# What is shown wherever something hangs on a reply that another wrote down.
UNCONFIRMED = f"批复{WordStatus.WAITING.label}"
