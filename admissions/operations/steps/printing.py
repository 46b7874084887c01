"""环节签署单 on paper: the order, the material with its hashes, and every signature."""

from typing import Any

from admissions.core import pdf
from admissions.core.clock import minute_text
from admissions.core.paper import watermark

from .models import StepRun
from .papers import current_materials
from .selectors import signatures_of


def context_of(run: StepRun, reader: Any, mark: dict[str, str]) -> dict[str, Any]:
    return {
        "doc_org": str(run.group),
        "doc_number": run.number,
        "doc_title": f"{run.step}签署单",
        "run": run,
        "due": minute_text(run.due_at) if run.due_at else "",
        "materials": current_materials(run),
        "signatures": signatures_of(run),
        "watermark": watermark(reader),
        **mark,
    }


def pdf_of(run: StepRun, reader: Any, mark: dict[str, str]) -> bytes:
    return pdf.pdf_bytes("steps/print.html", context_of(run, reader, mark))
