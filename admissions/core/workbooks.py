"""What an xlsx sheet holds, found by streaming its XML before anything is kept in memory.

A workbook of a few hundred kilobytes may declare billions of cells, hold formulas that were never computed (files made by
programs) or errors the reader does not know. Structure of the parts: ECMA-376 part 1, §18.3.1.
"""

import os
import re
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

import xlrd
from xlrd.compdoc import CompDocError

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
MAX_BROKEN = 10_000
FORMULA_ERRORS = {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!"}
CHUNK = 1 << 20
DAMAGED = "文件已损坏或不是真正的 Excel 文件，请用 Excel 打开后另存为 xlsx 再上传。"
# Formatted cells without content make up most of a swollen sheet; they are dropped before the XML is parsed.
EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")?/>')
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SheetProblem(Exception):
    """The file cannot be read as a table; the message is for the person who sent it."""


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def require_extent(rows: int, columns: int) -> None:
    """Refuse a sheet whose filled cells span more than the limits."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise SheetProblem(
            f"表格过大：内容一直到第{rows}行、第{columns}列，最多{MAX_ROWS}行、{MAX_COLUMNS}列"
            f"（合计{MAX_CELLS // 10_000}万格）。请删去多余的行列，或拆成几份上传。"
        )


@dataclass
class SheetScan:
    """How far the filled cells of one sheet reach, and its broken cells by (row, column) from 1.

    A broken cell holds a formula error such as `#REF!`, or "" for a formula that was never computed; the reader gives
    both as empty cells.
    """

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


def scan_workbook(path: Path) -> dict[str, SheetScan]:
    """Each sheet by its name.

    Raises SheetProblem: damaged, too large, an error value that cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _scan_sheet(archive, entry) for name, entry in _sheet_entries(archive).items()}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, expat.ExpatError, OSError) as error:
        raise SheetProblem(DAMAGED) from error


def scan_old_workbook(path: Path) -> dict[str, SheetScan]:
    """The broken cells of each sheet of an Excel 97 workbook; nothing for a file that the reader will refuse."""
    with open(os.devnull, "w") as nowhere:
        try:
            book = xlrd.open_workbook(path, logfile=nowhere, on_demand=True, ragged_rows=True)
            return {sheet.name: SheetScan(broken=_old_errors(sheet)) for sheet in book.sheets()}
        except (xlrd.XLRDError, CompDocError, AssertionError, LookupError, ValueError, struct.error):
            return {}


def _old_errors(sheet: Any) -> dict[tuple[int, int], str]:
    return {
        (row + 1, column + 1): xlrd.error_text_from_code.get(int(sheet.cell_value(row, column)), "#N/A")
        for row in range(sheet.nrows)
        for column, kind in enumerate(sheet.row_types(row))
        if kind == xlrd.XL_CELL_ERROR
    }


def _sheet_entries(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → entry in the archive, by the workbook's own list."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {str(r.get("Id")): _entry(str(r.get("Target"))) for r in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [node for node in book.iter() if node.tag.endswith("}sheet")]
    wanted = {str(node.get("name")): targets[node.get(RELATION, "")] for node in sheets if node.get(RELATION)}
    return {name: entry for name, entry in wanted.items() if "/worksheets/" in entry or "sheet" in entry.lower()}


def _entry(target: str) -> str:
    """A target is written from the archive's root or from the folder of the workbook."""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _scan_sheet(archive: zipfile.ZipFile, entry: str) -> SheetScan:
    reader = _SheetReader()
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    rest = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            block, rest = _whole_tags(rest + chunk)
            shorter = EMPTY_CELL.sub(b"", block)
            reader.dropped |= len(shorter) < len(block)
            parser.Parse(shorter, False)
    parser.Parse(rest, True)
    return reader.scan


def _whole_tags(block: bytes) -> tuple[bytes, bytes]:
    """Cut behind the last complete tag, so that no cell is torn between two blocks."""
    end = block.rfind(b">") + 1
    return block[:end], block[end:]


class _SheetReader:
    """Listens to the parser; positions count on from the last one where the file gives none."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self.dropped = False
        self.row = self.column = 0
        self.cell_type = self.value = ""
        self.in_value = self.has_formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("|")[2]
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif tag == "c":
            self._place(attributes.get("r"))
            self.cell_type, self.value, self.has_formula = attributes.get("t", ""), "", False
        elif tag == "f":
            self.has_formula = True
        elif tag in ("v", "t"):
            self.in_value = True

    def _place(self, address: str | None) -> None:
        if address is None:
            if self.dropped:
                raise SheetProblem(DAMAGED)
            self.column += 1
            return
        found = ADDRESS.fullmatch(address)
        if found is None:
            raise SheetProblem(DAMAGED)
        self.column, self.row = column_number(found[1]), int(found[2])

    def text(self, data: str) -> None:
        if self.in_value:
            self.value = (self.value + data)[:100]

    def end(self, name: str) -> None:
        tag = name.rpartition("|")[2]
        if tag in ("v", "t"):
            self.in_value = False
        elif tag == "c":
            self._judge_cell()

    def _judge_cell(self) -> None:
        scan = self.scan
        if self.value:
            scan.rows, scan.columns = max(scan.rows, self.row), max(scan.columns, self.column)
            require_extent(scan.rows, scan.columns)
        if self.cell_type == "e" and self.value not in FORMULA_ERRORS:
            raise SheetProblem(f"第{self.row}行第{self.column}列的公式出错（{self.value}），请改为实际内容后重新上传。")
        if self.cell_type == "e" or (self.has_formula and not self.value):
            scan.broken[self.row, self.column] = self.value
            if len(scan.broken) > MAX_BROKEN:
                raise SheetProblem("文件里有大量公式没有值，请用 Excel 打开、保存后重新上传，或把公式改为实际内容。")
