"""A pledge on paper: Word through python-docx, PDF through the site's own print template."""

import io

import segno
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm

from admissions.core import pdf
from admissions.core.clock import minute_text
from admissions.core.paper import FONT, TITLE_FONT, add_line, blank_page
from admissions.seals.papers import qr_data_uri

from .models import Pledge


def pdf_of(pledge: Pledge, verify_url: str) -> bytes:
    """The pledge as PDF in 公文 layout, with verification code and QR code; without an address the QR code is the code."""
    context = {
        "pledge": pledge,
        "doc_title": title_of(pledge),
        "lines": body_lines(pledge),
        "signature": signature_lines(pledge),
        "verification_code": pledge.code,
        "verification_url": verify_url,
        "verification_qr": qr_data_uri(verify_url or pledge.code),
    }
    return pdf.pdf_bytes("pledges/print.html", context)


def title_of(pledge: Pledge) -> str:
    return pledge.text.split("\n", 1)[0]


def body_lines(pledge: Pledge) -> list[str]:
    return [line for line in pledge.text.split("\n")[1:] if line.strip()]


def docx_of(pledge: Pledge, verify_url: str) -> bytes:
    """The pledge as Word document with the same text, code and QR code."""
    document = blank_page()
    add_line(document, title_of(pledge), TITLE_FONT, 22, WD_ALIGN_PARAGRAPH.CENTER)
    for line in body_lines(pledge):
        add_line(document, line, FONT, 16, indent=32)
    for line in signature_lines(pledge):
        add_line(document, line, FONT, 14, WD_ALIGN_PARAGRAPH.RIGHT)
    image = io.BytesIO()
    segno.make(verify_url, error="m").save(image, kind="png", scale=4, border=2)
    image.seek(0)
    document.add_picture(image, width=Cm(2.8))
    add_line(document, f"核验编号：{pledge.code}", FONT, 12)
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
