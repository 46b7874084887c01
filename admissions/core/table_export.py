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
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Spreadsheet programs of some languages take the full-width signs for the same (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table_export(table: Any, name: str, kind: str, mark: str = "") -> tuple[HttpResponse, int, str]:
    """Answer with the file, the number of data rows and the SHA-256 of the row set (rows as UTF-8 CSV).

    `mark` says whose copy it is; with the hash of the row set it is the last line of a CSV, or a sheet of its own.
    """
    rows = [[safe_cell(value) for value in row] for row in table.as_values()]
    digest = rowset_hash(rows)
    notes = [[safe_cell(mark)], [f"行集校验值（SHA-256）：{digest}"]] if mark else []
    content = csv_bytes(rows + notes) if kind == "csv" else xlsx_bytes(rows, notes)
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    file_name = quote(f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{file_name}"
    response["X-Rowset-SHA256"] = digest
    return response, max(len(rows) - 1, 0), digest


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet program takes for a formula, without characters that a workbook cannot hold."""
    text = "" if value is None else ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


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
