"""Commands of the answer, and of what it orders."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.evidence.services import keep_file
from workgroups.appointments.selectors import post_of
from workgroups.meetings.enums import TASK_TRANSITIONS, TaskStatus
from workgroups.recusal.rules import not_recused

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
from ..models import Reply, ReplyTask, Submission

explain_constraint("reply_concludes_once", "这份请示已由他人录入批复，请刷新页面。")
explain_constraint("reply_kept", "批复原文只能追加，不能改动；代录的，由批复人确认或提出异议一次。")
explain_constraint("reply_not_by_signer", "请示的签发人不能批复自己签发的请示。")
WHAT_FITS = {
    DocumentKind.REQUEST: "请示须明确同意、原则同意、不同意或者退回；“已阅”不等于同意。",
    DocumentKind.REPORT: "报告不需批复，可以批示、已阅或者退回。",
}


@command("requests.reply", "批复", critical=True)
def reply(
    *, actor: Any, reason: str, submission: Submission, kind: str, text: str, said_by: Any, said_at: datetime
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
        raise Refused("批复时间不能晚于现在。")
    if said_at.replace(second=59, microsecond=999999) < submission.sent_at:
        raise Refused("批复时间不能早于报送时间：报送之前说的话，请按口头指示补录。")


def _conclude(submission: Submission, kind: str) -> None:
    if kind in ANSWERS:
        submission.status = move(SUBMISSION_TRANSITIONS, submission.status, SubmissionStatus.ANSWERED)
    elif kind == ReplyKind.RETURNED:
        submission.status = move(SUBMISSION_TRANSITIONS, submission.status, SubmissionStatus.RETURNED)
    submission.save()


@command("requests.confirm_reply", "确认代录的批复", critical=True)
def confirm_reply(*, actor: Any, reason: str, reply: Reply) -> Reply:
    """Yes, I said so. Refuses: not whose word it is; written down by themself; answered already; recused meanwhile."""
    return _answered(actor, reply, WordStatus.CONFIRMED, "")


@command("requests.dispute_reply", "对代录的批复提出异议", critical=True)
def dispute_reply(*, actor: Any, reason: str, reply: Reply) -> Reply:
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


def _answered(actor: Any, reply: Reply, status: WordStatus, answer: str) -> Reply:
    reply = lock(reply)
    rules.can_answer_reply(actor, reply).require()
    reply.status = move(WORD_TRANSITIONS, reply.status, status)
    reply.answer, reply.answered_at = answer, timezone.now()
    reply.full_clean()
    reply.save()
    return reply


@command("requests.assign_task", "交办批示督办事项")
def assign_reply_task(
    *, actor: Any, reason: str, reply: Reply, what: str, assignee: Any, acceptor: Any, due_on: date
) -> ReplyTask:
    """A person, a time, and somebody else who accepts the result.

    Refuses: actor is of neither body; the reply is disputed; acceptor is the assignee; either is recused; the day is past.
    """
    reply = lock(reply)
    rules.can_assign_under(actor, reply).require()
    if due_on < timezone.localdate():
        raise Refused("完成时限不能早于今天。")
    for person in (assignee, acceptor):
        if not not_recused(person, reply.submission).ok:
            raise Refused(f"{person.name}对此事项负有回避义务，不能承办或验收。", clause="《公务员法》第七十六条")
    task = ReplyTask(reply=reply, what=what, assignee=assignee, acceptor=acceptor, due_on=due_on)
    task.full_clean()
    task.save()
    return task


@command("requests.report_task", "报告批示办理情况")
def report_reply_task(*, actor: Any, reason: str, task: ReplyTask, report: str, incoming: Any = None) -> ReplyTask:
    """What was done, with evidence. Refuses: not the assignee; reported already; the reply is disputed."""
    task = lock(task)
    rules.can_report_reply_task(actor, task).require()
    if incoming is not None:
        task.evidence = keep_file(actor, incoming, f"督办证据：{task.what}")
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.REPORTED)
    task.report, task.reported_at = report, timezone.now()
    task.full_clean()
    task.save()
    return task


@command("requests.accept_task", "验收批示督办事项")
def accept_reply_task(*, actor: Any, reason: str, task: ReplyTask, is_done: bool) -> ReplyTask:
    """Somebody other than who did it says that it is done, or sends it back with the reason."""
    task = lock(task)
    rules.can_accept_reply_task(actor, task).require()
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.ACCEPTED if is_done else TaskStatus.OPEN)
    task.accepted_at = timezone.now() if is_done else None
    task.verdict = reason
    task.full_clean()
    task.save()
    return task
