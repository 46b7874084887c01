"""环节签署单 for a season's archive."""

from typing import Any

from admissions.seals.renderings import Paper, archive_mark, register
from admissions.seasons.models import Season

from .steps import printing
from .steps.models import StepRun


def install() -> None:
    register("环节签署单", runs, run_paper)


def runs(season: Season) -> Any:
    """Also those given up: numbers have no gaps."""
    return StepRun.objects.filter(step__season=season).select_related("step", "group", "batch", "opened_by")


def run_paper(run: StepRun) -> Paper:
    return Paper(f"{run.number}-{run.title}", run, lambda copy: printing.pdf_of(run, copy, archive_mark(run)))
