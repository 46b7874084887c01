"""What the work groups have signed and print, for a season's archive: pledges, minutes, requests and reports."""

from typing import Any

from admissions.seals.renderings import Copy, Paper, archive_mark, register
from admissions.seasons.models import Season

from .meetings import printing as minutes_printing
from .meetings.document import facts_of
from .meetings.enums import MinutesStatus
from .meetings.models import Minutes
from .pledges import printing as pledge_printing
from .pledges.models import Pledge
from .requests import printing as request_printing
from .requests.models import SubmissionVersion


def install() -> None:
    register("承诺书", pledges, pledge_paper)
    register("会议纪要", minutes, minutes_paper)
    register("请示报告", documents, document_paper)


def pledges(season: Season) -> Any:
    """Signed and declined ones alike: both are answers on record."""
    return Pledge._base_manager.filter(version__template__season=season).select_related("version__template")


def pledge_paper(pledge: Pledge) -> Paper:
    title = f"{pledge.person_name}-{pledge_printing.title_of(pledge)}"
    return Paper(title, pledge, lambda copy: pledge_printing.pdf_of(pledge, ""))


def minutes(season: Season) -> Any:
    """Settled and circulated ones; a draft has not been seen by those who attended."""
    rows = Minutes._base_manager.filter(meeting__group__season=season).exclude(status=MinutesStatus.DRAFT)
    return rows.select_related("meeting__group")


def minutes_paper(row: Minutes) -> Paper:
    def make(copy: Copy) -> bytes:
        return minutes_printing.pdf_of(row, facts_of(row.meeting), copy, archive_mark(row))

    return Paper(f"{row.number}-{row.meeting.title}", row, make)


def documents(season: Season) -> Any:
    """Every signed text, also those replaced later."""
    rows = SubmissionVersion._base_manager.filter(submission__group__season=season, signed_at__isnull=False)
    return rows.select_related("submission")


def document_paper(version: SubmissionVersion) -> Paper:
    def make(copy: Copy) -> bytes:
        replies = list(version.submission.replies.filter(version=version).order_by("pk"))
        return request_printing.pdf_of(version.submission, version, replies, copy, archive_mark(version))

    return Paper(f"{version.submission.number or '未编号'}-{version.content['title']}", version, make)
