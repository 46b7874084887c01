"""Words in the header of every section of a Word paper and of every sheet of an Excel paper.

Excel parts are edited in place: a workbook read and written by a library loses drawings and charts.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from lxml import etree

from admissions.core.packages import BrokenPackage, Package
from admissions.core.unreadable import Unreadable

FONT = "仿宋"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is marked while the reader waits, in bytes unpacked; larger ones are given as they are stored.
MAX_UNPACKED = 64 << 20
MAX_PART = 16 << 20
MAX_PARTS = 3_000
# Excel keeps no more in a header, codes included.
MAX_HEADER = 255
TOO_LARGE = "文件过大，原样下载，不加水印，下载同样留痕。"
FULL = "页眉页脚已写满，原样下载，不加水印，下载同样留痕。"
# The elements that come after the header in a sheet (ECMA-376 part 1, 18.3.1.99 and 18.3.1.12).
AFTER_HEADER = {
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "drawingHF",
    "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
# In a header element the kinds come in this order; the flag says whether the pages of a kind have their own.
KINDS = (("odd", ""), ("even", "differentOddEven"), ("first", "differentFirst"))


class Unmarked(Unreadable):
    """The copy is given as it is stored; the message says why."""


def marked(path: Path, content_type: str, words: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        _require_small(archive)
        return _marked_book(archive, words) if content_type == XLSX_TYPE else _marked_text(path, words)


def _require_small(archive: zipfile.ZipFile) -> None:
    """By the list of contents; it was compared with what unpacks when the file was stored."""
    entries = archive.infolist()
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unmarked(TOO_LARGE)
    if any(entry.file_size > MAX_PART for entry in entries if entry.filename.endswith((".xml", ".rels"))):
        raise Unmarked(TOO_LARGE)


def _marked_text(path: Path, words: str) -> bytes:
    document = Document(str(path))
    alternate = document.settings.odd_and_even_pages_header_footer
    for number, section in enumerate(document.sections):
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if alternate else []
        for header in headers:
            # What is taken over from the section before has the words already.
            if number == 0 or not header.is_linked_to_previous:
                _add_words(header, words)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_words(header: Any, words: str) -> None:
    header.is_linked_to_previous = False
    paragraph = header.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words)
    run.font.name, run.font.size, run.font.color.rgb = FONT, Pt(9), RGBColor(0x59, 0x59, 0x59)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _marked_book(archive: zipfile.ZipFile, words: str) -> bytes:
    sheets, buffer = set(_sheets(archive)), io.BytesIO()
    if not sheets:
        raise ValueError("no sheets")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            content = archive.read(entry)
            copy.writestr(entry, _with_header(content, words) if entry.filename in sheets else content)
    return buffer.getvalue()


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _sheets(archive: zipfile.ZipFile) -> Iterator[str]:
    """Names of the parts that are printed: worksheets and chart sheets."""
    package = Package(archive)
    try:
        for relation in package.relations(package.main_part()):
            if relation.kind in ("worksheet", "chartsheet"):
                yield package.entry(relation.target).filename if package.has(relation.target) else relation.target
    except BrokenPackage as error:
        raise ValueError("no package of a workbook") from error


def _with_header(content: bytes, words: str) -> bytes:
    sheet = _parsed(content)
    namespace = etree.QName(sheet).namespace
    found = sheet.find(f"{{{namespace}}}headerFooter")
    header = found if found is not None else _add_header(sheet, namespace)
    for kind, flag in KINDS:
        if not flag or header.get(flag) in ("1", "true"):
            _fill(header, namespace, kind, words)
    return etree.tostring(sheet, xml_declaration=True, encoding="UTF-8", standalone=True)


def _add_header(sheet: Any, namespace: str) -> Any:
    header = etree.Element(f"{{{namespace}}}headerFooter")
    later = [child for child in sheet if isinstance(child.tag, str) and etree.QName(child).localname in AFTER_HEADER]
    if later:
        later[0].addprevious(header)
    else:
        sheet.append(header)
    return header


def _fill(header: Any, namespace: str, kind: str, words: str) -> None:
    """Into the header of these pages, or into their footer where the header is full."""
    for place in ("Header", "Footer"):
        name = f"{{{namespace}}}{kind}{place}"
        found = header.find(name)
        text = beside((found.text or "") if found is not None else "", words)
        if len(text) <= MAX_HEADER:
            element = found if found is not None else _part(header, namespace, name)
            element.text = text
            return
    raise Unmarked(FULL)


def _part(header: Any, namespace: str, name: str) -> Any:
    """A new part in its place: odd, even, first, each header before its footer."""
    order = [f"{{{namespace}}}{kind}{place}" for kind, _ in KINDS for place in ("Header", "Footer")]
    element, later = etree.Element(name), set(order[order.index(name) + 1 :])
    following = next((child for child in header if child.tag in later), None)
    if following is None:
        header.append(element)
    else:
        following.addprevious(element)
    return element


def beside(text: str, words: str) -> str:
    """The header with the words in its middle, below what stands there; `&` is the sign before codes, doubled in words."""
    sections = {"L": "", "C": "", "R": ""}
    at = "C"  # what stands before the first code is centred
    # A sign without its code at the very end says nothing, and would swallow the code that follows it here.
    for token in re.findall(r"&&|&[LCR]|&(?!$)|[^&]+", text):
        if token in ("&L", "&C", "&R"):
            at = token[1]
        else:
            sections[at] += token
    mark = f'&"-,Regular"&8 {words.replace("&", "&&")}'
    sections["C"] = f"{sections['C']}\n{mark}" if sections["C"] else mark
    return "".join(f"&{side}{content}" for side, content in sections.items() if content)
