"""Requests and reports for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Copy, Paper, archive_mark
from admissions.audit.principals import acting_for
from admissions.seasons.models import Season

from . import printing
from .models import SubmissionVersion


def documents(season: Season) -> Any:
    """Every signed text, also those replaced later."""
    rows = SubmissionVersion._base_manager.filter(submission__group__season=season, signed_at__isnull=False)
    return rows.select_related("submission", "on_behalf_of")


def document_paper(version: SubmissionVersion) -> Paper:
    def make(copy: Copy) -> bytes:
        version.signature = acting_for(version.signed_name, version.on_behalf_of)
        replies = list(version.submission.replies.filter(version=version).order_by("pk"))
        return printing.pdf_of(version.submission, version, replies, copy, archive_mark(version))

    return Paper(f"{version.submission.number or '未编号'}-{version.content['title']}", version, make)
