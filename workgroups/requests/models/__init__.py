"""Matters, duties, requests and reports, calls, replies, oral instructions."""

from .attachments import Attachment
from .calls import Call, CallReceipt
from .duties import LedgerMark, ReportDuty
from .instructions import OralInstruction
from .matters import LetterCode, ReportableMatter
from .replies import Reply
from .submissions import Submission, SubmissionVersion

__all__ = [
    "Attachment",
    "Call",
    "CallReceipt",
    "LedgerMark",
    "LetterCode",
    "OralInstruction",
    "Reply",
    "ReportDuty",
    "ReportableMatter",
    "Submission",
    "SubmissionVersion",
]
