"""监督意见书 for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Paper, archive_mark
from admissions.seasons.models import Season

from . import printing
from .models import Opinion


def opinions(season: Season) -> Any:
    return Opinion._base_manager.filter(group__season=season).select_related("group")


def opinion_paper(opinion: Opinion) -> Paper:
    title = f"{opinion.number}-{opinion.title}"
    return Paper(
        title, opinion, lambda copy: printing.pdf_of(opinion, opinion.passages.all(), copy, archive_mark(opinion))
    )
