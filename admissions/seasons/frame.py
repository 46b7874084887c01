"""The season's part of the frame around every page."""

from typing import Any

from django.http import HttpRequest

from admissions.core.navigation import frame_part

from .batches.selectors import stage_clock


def current_stage_clock(request: HttpRequest) -> Any:
    return stage_clock(frame_part(request, "current_season"))
