"""Real files as people send them: workbooks, archives, old Excel, csv in several encodings."""

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def csv_file(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[Any]], *, merged: str = "", **more_sheets: Iterable[Sequence[Any]]) -> bytes:
    """One sheet “Sheet”, then one for each keyword; `merged` is a range of the first, such as `A1:D1`."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    for title, content in more_sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(content: bytes, parts: dict[str, bytes | Iterator[bytes]]) -> bytes:
    """The zip archive with these entries added or replaced; an entry may come in pieces."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, part in parts.items():
            with new.open(name, "w", force_zip64=True) as stream:
                for piece in [part] if isinstance(part, bytes) else part:
                    stream.write(piece)
    return buffer.getvalue()


def sheet_xml(rows: bytes, dimension: str = "A1:G10") -> bytes:
    head = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>'
    return head.encode() + rows + b"</sheetData></worksheet>"


def xlsx_with_sheet(rows: bytes, dimension: str = "A1:G10") -> bytes:
    """A workbook whose only sheet is written by hand."""
    return repacked(xlsx_file([["x"]]), {SHEET: sheet_xml(rows, dimension)})


def inline_row(number: int, cells: Sequence[str]) -> bytes:
    letters = "ABCDEFGHIJ"
    inner = "".join(
        f'<c r="{letters[i]}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for i, text in enumerate(cells)
    )
    return f'<row r="{number}">{inner}</row>'.encode()


def xlsx_with_formatted_rows(rows: Sequence[Sequence[str]], count: int) -> bytes:
    """Some filled rows, then formatted ones without content up to row `count`, as “select all, set borders” leaves them."""

    def pieces() -> Iterator[bytes]:
        whole = sheet_xml(b"|", f"A1:G{count}")
        before, after = whole.split(b"|")
        yield before
        for number, cells in enumerate(rows, 1):
            yield inline_row(number, cells)
        for first in range(len(rows) + 1, count + 1, 2000):
            yield b"".join(_empty_row(n) for n in range(first, min(first + 2000, count + 1)))
        yield after

    return repacked(xlsx_file([["x"]]), {SHEET: pieces()})


def _empty_row(number: int) -> bytes:
    n = str(number).encode()
    return b'<row r="%b" s="1" customFormat="1"><c r="A%b" s="1"/><c r="B%b" s="1"/><c r="C%b" s="1"/></row>' % (
        n,
        n,
        n,
        n,
    )


def bomb(content: bytes, megabytes: int, name: str = "xl/sharedStrings.xml") -> bytes:
    """The archive with an entry that inflates to so many megabytes of one letter."""
    piece = b"a" * 2**20
    return repacked(content, {name: (piece for _ in range(megabytes))})


def understated(content: bytes, name: str, size: int) -> bytes:
    """The archive whose list of contents says that the entry is `size` bytes long when inflated."""
    data = bytearray(content)
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == name.encode():
            struct.pack_into("<I", data, place + 24, size)
        place += 4
    return bytes(data)


def with_macros(content: bytes) -> bytes:
    return repacked(content, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Attribute VB_Name"})


def plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    return buffer.getvalue()


def executable() -> bytes:
    """The head of a program for Windows."""
    return (
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"
        + b"\x00" * 2000
        + b"This program cannot be run in DOS mode."
    )


def pdf_file() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def xls_file(rows: Iterable[Sequence[str | float]]) -> bytes:
    """Excel 97: one sheet of texts and numbers (BIFF8 records, [MS-XLS] 2.3) in a compound file ([MS-CFB])."""
    cells = b"".join(_xls_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    title = _xls_text("名单", "<B")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600)) + cells + _record(0x000A, b"")
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600))
    code_page = _record(0x0042, struct.pack("<H", 1200))
    start = len(opening) + len(code_page) + 4 + 6 + len(title) + 4
    bound = _record(0x0085, struct.pack("<IH", start, 0) + title)
    return _compound(opening + code_page + bound + _record(0x000A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_text(text: str, length: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack(length, len(encoded) // 2) + b"\x01" + encoded


# A formula error in a cell of an old workbook, by its text; BIFF8 code.
XLS_ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def _xls_cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if value in XLS_ERRORS:
        return _record(0x0205, place + struct.pack("<BB", XLS_ERRORS[value], 1))
    if isinstance(value, str):
        return _record(0x0204, place + _xls_text(value, "<H"))
    return _record(0x0203, place + struct.pack("<d", value))


def _compound(stream: bytes) -> bytes:
    """A compound file of 512-byte sectors with the one stream “Workbook”: sector 0 FAT, 1 directory, then the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\x00")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    assert len(chain) <= 128, "one FAT sector holds 63 kB"
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + fat + directory.ljust(512, b"\x00") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\x00").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        encoded.ljust(64, b"\x00")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
