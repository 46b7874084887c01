"""监督意见书 for a season's archive."""

from typing import Any

from admissions.seals.renderings import Paper, archive_mark, register
from admissions.seasons.models import Season

from .opinions import printing
from .opinions.models import Opinion


def install() -> None:
    register("监督意见书", opinions, opinion_paper)


def opinions(season: Season) -> Any:
    return Opinion._base_manager.filter(group__season=season).select_related("group")


def opinion_paper(opinion: Opinion) -> Paper:
    title = f"{opinion.number}-{opinion.title}"
    return Paper(title, opinion, lambda copy: printing.pdf_of(opinion, copy, archive_mark(opinion)))
