"""A pledge on paper: Word through python-docx, PDF through the site's own print template."""

import base64
import io
from typing import Any

import segno
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from admissions.core import pdf
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny

from .models import Pledge

FONT = "仿宋"
TITLE_FONT = "黑体"


def pdf_available() -> Decision:
    """PDF needs Debian's pango; without it the button gives this reason."""
    if pdf.HTML is not None:
        return allow()
    return deny("服务器没有安装生成 PDF 的组件。", who_can="请系统管理员安装 pango；现在可下载 Word 版。")


def pdf_of(pledge: Pledge, verify_url: str) -> bytes:
    """The pledge as PDF in 公文 layout, with verification code and QR code."""
    context = {
        "pledge": pledge,
        "doc_title": title_of(pledge),
        "lines": body_lines(pledge),
        "signature": signature_lines(pledge),
        "verification_code": pledge.code,
        "verification_url": verify_url,
        "verification_qr": qr_data_uri(verify_url),
    }
    return pdf.pdf_bytes("workgroups/pledges/print.html", context)


def title_of(pledge: Pledge) -> str:
    return pledge.text.split("\n", 1)[0]


def body_lines(pledge: Pledge) -> list[str]:
    return [line for line in pledge.text.split("\n")[1:] if line.strip()]


def qr_data_uri(url: str) -> str:
    buffer = io.BytesIO()
    segno.make(url, error="m").save(buffer, kind="png", scale=4, border=2)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def docx_of(pledge: Pledge, verify_url: str) -> bytes:
    """The pledge as Word document with the same text, code and QR code."""
    document = Document()
    _page(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(title, title_of(pledge), TITLE_FONT, 22)
    for line in body_lines(pledge):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)
        _run(paragraph, line, FONT, 16)
    for line in signature_lines(pledge):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, line, FONT, 14)
    image = io.BytesIO()
    segno.make(verify_url, error="m").save(image, kind="png", scale=4, border=2)
    image.seek(0)
    document.add_picture(image, width=Cm(2.8))
    _run(document.add_paragraph(), f"核验编号：{pledge.code}", FONT, 12)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def signature_lines(pledge: Pledge) -> list[str]:
    word = "签订人" if pledge.is_signed else "拒签人"
    return [
        f"{word}：{pledge.person_name}",
        f"时间：{minute_text(pledge.answered_at)}",
        f"签名方式：{pledge.get_method_display()}",
    ]


def _page(document: Any) -> None:
    """Margins of GB/T 9704-2012: 37 mm above, 35 below, 28 left, 26 right."""
    section = document.sections[0]
    section.page_height, section.page_width = Cm(29.7), Cm(21.0)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)


def _run(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
