"""Minutes for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Copy, Paper, archive_mark
from admissions.seasons.models import Season

from . import printing
from .document import in_full
from .enums import MinutesStatus
from .models import Minutes


def minutes(season: Season) -> Any:
    """Settled and circulated ones; a draft has not been seen by those who attended."""
    rows = Minutes._base_manager.filter(meeting__group__season=season).exclude(status=MinutesStatus.DRAFT)
    return rows.select_related("meeting__group")


def minutes_paper(row: Minutes) -> Paper:
    def make(copy: Copy) -> bytes:
        return printing.pdf_of(row, in_full(row.meeting), copy, archive_mark(row))

    return Paper(f"{row.number}-{row.meeting.title}", row, make)
