"""Reading Excel 97 workbooks by xlrd, with what it knows of formats, merged ranges and hidden rows."""

import os
import struct
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from .grid import DAMAGED, HIDDEN, LOCKED, MAX_COLUMNS, Content, Fault, Line, SheetProblem, broken, letters, number_cell

BROKEN = (
    xlrd.XLRDError, CompDocError, AssertionError, AttributeError, LookupError, OverflowError, TypeError, ValueError,
    struct.error,
)  # fmt: skip


class OldWorkbook:
    """An open xls: its sheets in order, each with whether people see it, and the reading of one."""

    def __init__(self, path: Path) -> None:
        """Raises SheetProblem: damaged, locked, or no Excel file."""
        with open(os.devnull, "w") as nowhere:
            try:
                self.book = xlrd.open_workbook(
                    path, logfile=nowhere, formatting_info=True, ragged_rows=True, ignore_workbook_corruption=True
                )
            except BROKEN as error:
                raise SheetProblem(LOCKED if "encrypted" in str(error).lower() else DAMAGED) from error
        self.sheets = [(sheet.name, sheet.visibility == 0) for sheet in self.book.sheets()]

    def read(self, name: str) -> Content:
        """The sheet of the name, whole."""
        sheet = self.book.sheet_by_name(name)
        lines = [self._line(sheet, row) for row in range(sheet.nrows)]
        merged = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
        hidden = [letters(place) for place, column in sorted(sheet.colinfo_map.items()) if column.hidden]
        return lines, merged, hidden[:MAX_COLUMNS]

    def _line(self, sheet: Any, row: int) -> Line:
        about = sheet.rowinfo_map.get(row)
        line = Line(row + 1, [], refusal=HIDDEN if about is not None and about.hidden else "")
        for place in range(sheet.row_len(row)):
            value, fault = self._cell(sheet, row, place)
            line.cells.append(value)
            if fault is not None:
                line.faults[place] = fault
        return line

    def _cell(self, sheet: Any, row: int, place: int) -> tuple[Any, Fault | None]:
        kind, value = sheet.cell_type(row, place), sheet.cell_value(row, place)
        if kind == xlrd.XL_CELL_ERROR:
            return None, broken(xlrd.error_text_from_code.get(int(value), "#N/A"))
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value), None
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return number_cell(value, self._format(sheet.cell_xf_index(row, place)), self.book.datemode == 1)
        return (value or None), None

    def _format(self, style: int | None) -> str:
        if style is None or style >= len(self.book.xf_list):
            return "General"
        found = self.book.format_map.get(self.book.xf_list[style].format_key)
        return found.format_str if found is not None else "General"
