"""Tasks that open a file and put words into a copy of it; they run apart and know no Django."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from docx.opc.exceptions import OpcError
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from admissions.core.unreadable import FULL

from . import office, pictures
from .office import DOCX_TYPE, XLSX_TYPE, Unmarked
from .pictures import PICTURES

__all__ = ["AS_IT_IS", "DOCX_TYPE", "PDF_TYPE", "PICTURES", "XLSX_TYPE", "Unmarked", "mark", "page_sizes"]

PDF_TYPE = "application/pdf"
MAX_PAGES = 400
AS_IT_IS = "原样下载，不加水印，下载同样留痕。"
# Whatever a damaged or hostile file makes its reader raise; the copy is then given as it is stored, never no copy.
BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error, zipfile.BadZipFile, etree.LxmlError, OpcError, PyPdfError,
)  # fmt: skip


def mark(path: str, content_type: str, words: str, copy: str, stamps: dict[str, str]) -> Iterator[None]:
    """Write the marked copy to the file `copy`; `stamps`: for a PDF, the file with the words for each size of page.

    Raises Unmarked: damaged, locked, or too large. Raises OSError: no room for the copy.
    """
    try:
        if content_type == PDF_TYPE:
            _mark_pdf(path, copy, stamps)
        elif content_type in PICTURES:
            Path(copy).write_bytes(pictures.marked(Path(path), PICTURES[content_type], words))
        else:
            Path(copy).write_bytes(office.marked(Path(path), content_type, words))
    except MemoryError:  # the limit, no damage
        raise
    except BROKEN as error:
        if (
            isinstance(error, OSError) and error.errno in FULL
        ):  # no damage either: nothing leaves without its mark for that
            raise
        raise Unmarked(f"文件损坏或有密码，{AS_IT_IS}") from error
    yield None


def page_sizes(path: str) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each size of page once, in points, with a name for it.

    Raises Unmarked: damaged, locked, too many pages.
    """
    try:
        pages = PdfReader(path).pages
        if len(pages) > MAX_PAGES:
            raise Unmarked(f"超过{MAX_PAGES}页，{AS_IT_IS}")
        if not pages:
            raise ValueError("no pages")
        sizes = {_named(page.mediabox): (float(page.mediabox.width), float(page.mediabox.height)) for page in pages}
    except BROKEN as error:
        raise Unmarked(f"文件损坏或有密码，{AS_IT_IS}") from error
    yield from sizes.items()


def _named(box: object) -> str:
    return f"{float(box.width):.3f}x{float(box.height):.3f}"  # type: ignore[attr-defined]  # of pypdf, without types


def _mark_pdf(path: str, copy: str, stamps: dict[str, str]) -> None:
    writer = PdfWriter()
    pages = {name: PdfReader(file).pages[0] for name, file in stamps.items()}
    for page in PdfReader(path).pages:
        writer.add_page(page).merge_page(pages[_named(page.mediabox)])
    writer.write(copy)
