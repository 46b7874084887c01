"""Matters, duties, requests and reports, replies, oral instructions."""

from .duties import LedgerMark, ReportDuty
from .instructions import OralInstruction
from .matters import LetterCode, ReportableMatter
from .replies import Reply, ReplyTask
from .submissions import Submission, SubmissionVersion

__all__ = [
    "LedgerMark",
    "LetterCode",
    "OralInstruction",
    "Reply",
    "ReplyTask",
    "ReportDuty",
    "ReportableMatter",
    "Submission",
    "SubmissionVersion",
]
