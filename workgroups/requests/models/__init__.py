"""Matters, duties, requests and reports, replies, oral instructions."""

from .attachments import Attachment
from .duties import LedgerMark, ReportDuty
from .instructions import OralInstruction
from .matters import LetterCode, ReportableMatter
from .replies import Reply, ReplyTask, ReplyTaskReminder
from .submissions import Submission, SubmissionVersion

__all__ = [
    "Attachment",
    "LedgerMark",
    "LetterCode",
    "OralInstruction",
    "Reply",
    "ReplyTask",
    "ReplyTaskReminder",
    "ReportDuty",
    "ReportableMatter",
    "Submission",
    "SubmissionVersion",
]
