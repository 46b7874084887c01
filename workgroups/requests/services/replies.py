"""Commands of the answer."""

from datetime import datetime

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.promises import promised
from admissions.core.transitions import move
from workgroups.appointments.selectors import post_of

from .. import rules
from ..enums import (
    ANSWERS,
    CONCLUDING,
    REPLIES_TO,
    SUBMISSION_TRANSITIONS,
    WORD_TRANSITIONS,
    DocumentKind,
    ReplyKind,
    SubmissionStatus,
    WordStatus,
)
from ..models import Reply, Submission

explain_constraint("reply_concludes_once", "这份请示已由他人录入批复，请刷新页面。")
WHAT_FITS = {
    DocumentKind.REQUEST: "请示须明确同意、原则同意、不同意或者退回；“已阅”不等于同意。",
    DocumentKind.REPORT: "报告不需批复，可以批示、已阅或者退回。",
}


@command("requests.reply", "批复", clause=cite("sanction-29"), weight=Weight.BINDING)
def reply(
    *, actor: User, reason: str, submission: Submission, kind: str, text: str, said_by: User, said_at: datetime
) -> Reply:
    """What was said, word for word, by whom and when; a 已阅 on a 请示 leaves it unanswered.

    Written down by another it counts, marked as waiting for whose word it is.

    Refuses: not received; actor is not on duty in the addressed body; who said it does not lead there, is recused or
    signed the request; answered already; a conclusion that does not fit the kind of document; said before it was sent.
    """
    submission = lock(submission)
    rules.can_reply(actor, submission).require()
    version = rules.newest(submission)
    rules.can_have_said(said_by, submission, version).require()
    if kind not in REPLIES_TO[DocumentKind(submission.kind)]:
        raise Refused(WHAT_FITS[DocumentKind(submission.kind)], clause=rules.ONE_MATTER)
    _require_hour(submission, said_at)
    now, is_own = timezone.now(), said_by.pk == actor.pk
    found = Reply(
        submission=submission, version=version, kind=kind, text=text, said_by=said_by, said_name=said_by.name,
        said_post=post_of(said_by, submission.addressee_id)[:200], said_at=said_at, entered_by=actor,
        entered_at=now, status=WordStatus.CONFIRMED if is_own else WordStatus.WAITING,
        answered_at=now if is_own else None,
    )  # fmt: skip
    found.full_clean()
    found.save()
    _conclude(submission, kind)
    return found


def _require_hour(submission: Submission, said_at: datetime) -> None:
    if said_at > timezone.now():
        raise Refused("批复时间不能晚于现在。", who_can="请改正批复时间。")
    if said_at.replace(second=59, microsecond=999999) < promised(submission.sent_at):
        raise Refused("批复时间不能早于报送时间：报送之前说的话，请按口头指示补录。", who_can="请改正批复时间。")


def _conclude(submission: Submission, kind: str) -> None:
    if kind in ANSWERS:
        submission.status = move(SUBMISSION_TRANSITIONS, submission.status, SubmissionStatus.ANSWERED)
    elif kind == ReplyKind.RETURNED:
        submission.status = move(SUBMISSION_TRANSITIONS, submission.status, SubmissionStatus.RETURNED)
    submission.save()


@command("requests.confirm_reply", "确认代录的批复", clause=cite("sanction-29"), weight=Weight.BINDING)
def confirm_reply(*, actor: User, reason: str, reply: Reply) -> Reply:
    """Yes, I said so. Refuses: not whose word it is; written down by themself; answered already; recused meanwhile."""
    return _answered(actor, reply, WordStatus.CONFIRMED, "")


@command("requests.dispute_reply", "对代录的批复提出异议", clause=cite("sanction-29"), weight=Weight.BINDING)
def dispute_reply(*, actor: User, reason: str, reply: Reply) -> Reply:
    """No, or not so; the reason says what was said. What was written down stays beside it and carries nothing any more.

    Refuses: not whose word it is; written down by themself; answered already; recused meanwhile.
    Effects: a document it had answered or returned waits for its answer again; its tasks stop.
    """
    submission = lock(reply.submission)
    found = _answered(actor, reply, WordStatus.DISPUTED, reason)
    concluded = submission.status in (SubmissionStatus.ANSWERED, SubmissionStatus.RETURNED)
    if concluded and found.kind in CONCLUDING and found.version_id == rules.newest(submission).pk:
        submission.status = move(SUBMISSION_TRANSITIONS, submission.status, SubmissionStatus.RECEIVED)
        submission.save()
    return found


def _answered(actor: User, reply: Reply, status: WordStatus, answer: str) -> Reply:
    reply = lock(reply)
    rules.can_answer_reply(actor, reply).require()
    reply.status = move(WORD_TRANSITIONS, reply.status, status)
    reply.answer, reply.answered_at = answer, timezone.now()
    reply.full_clean()
    reply.save()
    return reply
