"""Commands of attachments: added to a draft, taken off again, bound by the signature."""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.evidence.attached import copied_from
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming

from .. import rules
from ..document import name_problem
from ..models import Attachment, Submission, SubmissionVersion

KEPT = "签发后附件不能改动；要改的，新拟一稿重新签发。"
explain_constraint("attachment_number_once", "有人刚刚添加了附件，请刷新页面。")


@command("requests.attach", "添加附件", clause=cite("document-15"))
def attach(*, actor: User, reason: str, submission: Submission, name: str, incoming: Incoming) -> Submission:
    """Add evidence to the draft; it stands in the paper under its number and is read with the text.

    Refuses: not a draft; not on duty in the group; a name that asks in a 报告; the same name or content twice; a file
    of a kind that is not kept.
    """
    submission = lock(submission)
    rules.can_change_draft(actor, submission).require()
    problem = name_problem(submission.kind, name)
    if problem:
        raise Refused(problem, clause=rules.ONE_MATTER)
    version = rules.newest(submission)
    file = keep_file(actor, incoming, f"附件：{name}")
    _add(actor, version, _next_number(version), name=name, **copied_from(file))
    return submission


def _next_number(version: SubmissionVersion) -> int:
    return (version.attachments.aggregate(last=Max("number"))["last"] or 0) + 1


def _add(actor: User, version: SubmissionVersion, number: int, **fields: Any) -> Attachment:
    row = Attachment(version=version, number=number, added_by=actor, added_at=timezone.now(), **fields)
    row.full_clean()
    row.save()
    return row


@command("requests.detach", "移除附件", clause=cite("document-15"))
def detach(*, actor: User, reason: str, attachment: Attachment) -> Submission:
    """Take a file off the draft again; those behind it move up. The history keeps that it was there.

    Refuses: not a draft; the version was signed.
    """
    submission = lock(attachment.version.submission)
    row = lock(attachment)
    version = row.version
    rules.can_detach(actor, row).require()
    row.delete()
    for number, row in enumerate(version.attachments.order_by("number"), 1):
        if row.number != number:
            row.number = number
            row.save()
    return submission


def carry_over(signed: SubmissionVersion, draft: SubmissionVersion) -> None:
    """Inside a command: another version starts with the attachments of the one before."""
    for row in signed.attachments.order_by("number"):
        _add(row.added_by, draft, row.number, name=row.name, **copied_from(row.file))
