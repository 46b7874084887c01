"""Pledges for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Paper
from admissions.seasons.models import Season

from . import printing
from .models import Pledge


def pledges(season: Season) -> Any:
    """Signed and declined ones alike: both are answers on record."""
    return Pledge._base_manager.filter(version__template__season=season).select_related("version__template")


def pledge_paper(pledge: Pledge) -> Paper:
    title = f"{pledge.person_name}-{printing.title_of(pledge)}"
    return Paper(title, pledge, lambda copy: printing.pdf_of(pledge, ""))
