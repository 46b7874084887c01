"""What every Word file in 公文 layout shares: page, fonts, lines, and whose copy it is."""

from typing import Any

from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from . import pdf
from .clock import minute_text
from .decision import Decision, allow, deny
from .people import Person
from .text import cleaned

FONT, TITLE_FONT = "仿宋", "黑体"


def pdf_available() -> Decision:
    """PDF needs Debian's pango; without it the button gives this reason."""
    if pdf.engine() is not None:
        return allow()
    return deny("服务器没有安装生成 PDF 的组件。", who_can="请系统管理员安装 pango；现在可下载 Word 版。")


def watermark(reader: Person) -> str:
    """Who took this copy when; the same words stand in the ledger."""
    return cleaned(f"{reader.name}（{reader.staff_number or reader.username}）于{minute_text(timezone.now())}取得")


def blank_page() -> Any:
    """A4 with the margins of GB/T 9704-2012: 37 mm above, 35 below, 28 left, 26 right."""
    document = Document()
    section = document.sections[0]
    section.page_height, section.page_width = Cm(29.7), Cm(21.0)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    return document


def add_line(document: Any, text: str, font: str, size: int, alignment: Any = None, indent: int = 0) -> None:
    """A paragraph of one font; `size` and `indent` in points."""
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.first_line_indent = Pt(indent)
    run = paragraph.add_run(cleaned(text))
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
