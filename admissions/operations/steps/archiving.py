"""环节签署单 for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Paper, archive_mark
from admissions.seasons.models import Season

from . import printing
from .models import StepRun


def runs(season: Season) -> Any:
    """Also those given up: numbers have no gaps."""
    return StepRun.objects.filter(step__season=season).select_related("step", "group", "batch", "opened_by")


def run_paper(run: StepRun) -> Paper:
    return Paper(f"{run.number}-{run.title}", run, lambda copy: printing.pdf_of(run, copy, archive_mark(run)))
