"""监督意见书 on paper, in 公文 layout."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from admissions.core import pdf
from admissions.core.clock import minute_text
from admissions.core.paper import watermark

from .models import Opinion, OpinionPassage


def context_of(
    opinion: Opinion, passages: QuerySet[OpinionPassage], reader: Any, mark: dict[str, str]
) -> dict[str, Any]:
    day = timezone.localtime(opinion.issued_at)
    return {
        "doc_org": "驻点监督组",
        "doc_number": opinion.number,
        "doc_title": f"监督意见书（{opinion.get_kind_display()}）",
        "doc_to": str(opinion.group),
        "lines": [line for line in opinion.text.splitlines() if line.strip()],
        "clause": opinion.clause,
        "due": minute_text(opinion.due_at),
        "occurrence": opinion.occurrence,
        "signature": [opinion.issued_by_name, f"{day.year}年{day.month}月{day.day}日"],
        "passages": list(passages),
        "watermark": watermark(reader),
        **mark,
    }


def pdf_of(opinion: Opinion, passages: QuerySet[OpinionPassage], reader: Any, mark: dict[str, str]) -> bytes:
    """With the answers and re-checks so far that the reader may know of."""
    return pdf.pdf_bytes("opinions/print.html", context_of(opinion, passages, reader, mark))
