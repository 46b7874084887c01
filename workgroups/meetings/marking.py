"""The reader's copy of a paper with the reader's name in it (#29); the stored file, which receipts and resolutions bind, stays."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from docx.opc.exceptions import OpcError
from lxml import etree
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from admissions.core import pdf
from admissions.core.decision import Decision, allow, deny
from admissions.core.fonts import chinese_face

from . import marking_office, marking_pictures
from .marking_office import DOCX_TYPE, XLSX_TYPE, Unmarked
from .marking_pictures import PICTURES

PDF_TYPE = "application/pdf"
MAX_PAGES = 400
AS_IT_IS = "原样下载，不加水印，下载同样留痕。"
# Whatever a damaged or hostile file makes its reader raise; the copy is then given as it is stored, never no copy.
BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error, zipfile.BadZipFile, etree.LxmlError, OpcError, PyPdfError,
)  # fmt: skip


def can_be_marked(content_type: str) -> Decision:
    """Whether a paper of this kind is handed out with the reader's name in it."""
    if content_type in (DOCX_TYPE, XLSX_TYPE):
        return allow()
    if content_type == PDF_TYPE:
        if pdf.HTML is not None:
            return allow()
        return deny(f"服务器没有安装生成 PDF 的组件，{AS_IT_IS}", who_can="请系统管理员安装 pango。")
    if content_type in PICTURES:
        if chinese_face() is not None:
            return allow()
        return deny(f"服务器没有安装汉字字体，图片{AS_IT_IS}", who_can="请系统管理员安装汉字字体。")
    return deny(f"这种格式不能加水印，{AS_IT_IS}")


def marked(path: Path, content_type: str, words: str) -> bytes:
    """The file with the words in it, the content otherwise whole.

    Raises Unmarked: a kind that takes no mark, damaged, locked, or too large to be marked while the reader waits.
    """
    kind = can_be_marked(content_type)
    if not kind.ok:
        raise Unmarked(kind.reason)
    try:
        if content_type == PDF_TYPE:
            return _marked_pdf(path, words)
        if content_type in PICTURES:
            return marking_pictures.marked(path, PICTURES[content_type], words)
        return marking_office.marked(path, content_type, words)
    except BROKEN as error:
        raise Unmarked(f"文件损坏或有密码，{AS_IT_IS}") from error


def _marked_pdf(path: Path, words: str) -> bytes:
    pages = PdfReader(path).pages
    if len(pages) > MAX_PAGES:
        raise Unmarked(f"超过{MAX_PAGES}页，{AS_IT_IS}")
    if not pages:
        raise ValueError("no pages")
    writer = PdfWriter()
    stamps: dict[tuple[float, float], PageObject] = {}
    for page in pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if size not in stamps:
            stamps[size] = _stamp(words, *size)
        writer.add_page(page).merge_page(stamps[size])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _stamp(words: str, width: float, height: float) -> PageObject:
    """The words in grey across a page of the size (in points), and once more at its foot."""
    page = pdf.overlay_bytes("workgroups/meetings/watermark.html", {"words": words}, width, height)
    return PdfReader(io.BytesIO(page)).pages[0]
