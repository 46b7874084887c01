"""领用单 for a season's archive."""

from typing import Any

from admissions.archive.printed_papers import Paper, archive_mark
from admissions.core import pdf
from admissions.core.clock import minute_text

from .models import Supply


def supplies(season: Any) -> Any:
    return Supply._base_manager.filter(group__season=season).select_related("group", "taken_by")


def supply_paper(supply: Supply) -> Paper:
    return Paper(supply.item, supply, lambda copy: pdf.pdf_bytes("supplies/print.html", context_of(supply)))


def context_of(supply: Supply) -> dict[str, Any]:
    return {
        "doc_org": str(supply.group),
        "doc_title": "领用单",
        "lines": [f"{supply.taken_by}于{minute_text(supply.taken_at)}领用{supply.item}。"],
        **archive_mark(supply),
    }
