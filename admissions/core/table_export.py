"""A list as a file: all filtered rows, protected against formulas, with the hash of the row set."""

import csv
import hashlib
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook

from .text import cleaned
from .written import NOTE, protected

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# UTF-16 units in one cell of a workbook.
LONGEST_CELL = 32_767
NOTHING = "—"
CUT = "……（本格放不下，全文见系统页面）"


def table_export(table: Any, name: str, kind: str, mark: str = "") -> tuple[HttpResponse, int, str]:
    """Answer with the file, the number of data rows and the SHA-256 of the row set (rows as UTF-8 CSV).

    `mark` says whose copy it is; with the hash of the row set it is the last line of a CSV, or a sheet of its own.
    """
    rows = [[safe_cell(value) for value in _without_dashes(row)] for row in table.as_values()]
    content, digest = file_of(rows, kind, mark)
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    file_name = quote(f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{file_name}"
    response["X-Rowset-SHA256"] = digest
    return response, max(len(rows) - 1, 0), digest


def file_of(rows: list[list[str]], kind: str, mark: str) -> tuple[bytes, str]:
    """The rows, the first of them the headings, as a file of the kind, and the SHA-256 of the row set."""
    digest = rowset_hash(rows)
    notes = [[f"{NOTE}{cleaned(mark)}"], [f"{NOTE}行集校验值（SHA-256）：{digest}"]] if mark else []
    return (csv_bytes(rows + notes) if kind == "csv" else xlsx_bytes(rows, notes)), digest


def _without_dashes(row: Iterable[Any]) -> Iterable[Any]:
    """A page shows a dash where there is nothing; read again it would be somebody's title."""
    return ("" if value == NOTHING else value for value in row)


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet program takes for a formula, without signs that a workbook cannot hold, whoever let them in.

    What is longer than a cell can be says so at its end, and is cut by us and not by the program that opens the file.
    """
    text = "" if value is None else cleaned(str(value))
    if len(text.encode("utf-16-le")) // 2 >= LONGEST_CELL:
        text = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - 40)].decode("utf-16-le", "ignore") + CUT
    return protected(text)


def rowset_hash(rows: Iterable[list[str]]) -> str:
    return hashlib.sha256(_csv_text(rows).encode()).hexdigest()


def csv_bytes(rows: Iterable[list[str]]) -> bytes:
    return b"\xef\xbb\xbf" + _csv_text(rows).encode()


def xlsx_bytes(rows: Iterable[list[str]], notes: Iterable[list[str]] = ()) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("导出")
    for row in rows:
        sheet.append(row)
    for number, row in enumerate(notes):
        if not number:
            sheet = book.create_sheet("导出说明")
        sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _csv_text(rows: Iterable[list[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
