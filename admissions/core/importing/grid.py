"""What every reader of a table gives: lines of cells as people see them, and all that is hidden, merged or left out.

Each format has one reader that streams the file and measures while it reads: there is no guard beside it that could see
something else. This module and its readers know no Django; they run apart (`admissions.core.apart`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from ..unreadable import Unreadable
from .number_formats import moment, parsed, plain_number, shown_number

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
MAX_MERGED = 50_000
# Cells that merged ranges fill; ranges of a real sheet do not overlap.
MOST_FILLED = 1_000_000
TOO_MERGED = "表格里的合并单元格过多，请取消合并后重新上传。"
FORMULA_ERRORS = {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!"}
DAMAGED = "文件已损坏或不是真正的 Excel 文件，请用 Excel 打开后另存为 xlsx 再上传。"
LOCKED = "文件有密码保护，请去掉密码后重新上传。"
HIDDEN = "这一行在文件里被隐藏（可能是筛选掉的），没有读取；应当导入的，请取消隐藏后重新上传"
# A spreadsheet keeps 15 digits of a number; an ID number kept as a number has lost its end.
EXACT = 10**15
LOST_DIGITS = "Excel 把长数字存成了数值，末几位已丢失，请先把该列设为文本再重新填写"
NOT_SHOWN = "单元格的数字格式使显示的内容与存储的值不同，请把该列设为文本后照显示的样子填写"
NO_DATE = "不是日历上的日期，请把该列设为文本后重新填写"


class SheetProblem(Unreadable):
    """The file cannot be read as a table; the message is for the person who sent it."""


@dataclass(frozen=True)
class Fault:
    """A cell that does not hold what its author meant: what may be shown of it, and what to do."""

    shown: str
    reason: str


@dataclass(slots=True)
class Line:
    """One line: its number (from 1) as a spreadsheet counts, its cells, and by place (from 0) those not to be trusted.

    `refusal`: why the whole line is not read. `wrapped`: lines of the text file it takes up beyond its first.
    """

    number: int
    cells: list[Any]
    faults: dict[int, Fault] = field(default_factory=dict)
    refusal: str = ""
    wrapped: int = 0

    def is_empty(self) -> bool:
        return not self.faults and all(cell is None or cell == "" or _is_blank(cell) for cell in self.cells)


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


@dataclass
class Sheet:
    """One sheet, or a text table: its lines, the letters of hidden columns, its merged ranges as `A1:B2`."""

    name: str
    lines: Iterable[Line]
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    # A text table has lines of equal length; what stands beyond its header has slipped.
    is_text: bool = False


# First row (from 1) and column (from 0), last row and column.
Range = tuple[int, int, int, int]
# What a workbook's reader gives of a sheet: its lines, its merged ranges, the letters of hidden columns.
Content = tuple[list[Line], list[Range], list[str]]


def letters(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    text, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def range_text(area: Range) -> str:
    top, left, bottom, right = area
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


def require_extent(rows: int, columns: int) -> None:
    """Refuse a sheet whose filled cells span more than the limits."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise SheetProblem(
            f"表格过大：内容一直到第{rows}行、第{columns}列，最多{MAX_ROWS}行、{MAX_COLUMNS}列"
            f"（合计{MAX_CELLS // 10_000}万格）。请删去多余的行列，或拆成几份上传。"
        )


def number_cell(value: float, code: str, since_1904: bool) -> tuple[Any, Fault | None]:
    """A stored number as it is shown under its number format, or why it cannot be taken."""
    if parsed(code).is_date:
        when = moment(value, since_1904)
        return (when, None) if when is not None else (None, Fault(plain_number(value)[:40], NO_DATE))
    if abs(value) >= EXACT:
        return None, Fault(f"{value:.5E}", LOST_DIGITS)
    shown = shown_number(value, code)
    return (shown, None) if shown is not None else (None, Fault(plain_number(value)[:40], NOT_SHOWN))


def broken(error: str) -> Fault:
    """The fault of a formula: its error, or "" for one that was never computed."""
    if error:
        return Fault(error, "公式出错，没有值，请改为实际内容")
    return Fault("", "是公式而没有算出的值，请用 Excel 打开、保存后重新上传，或改为实际内容")


def value_text(value: Any) -> str:
    """Anything a reader gives, as text not yet cleaned."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time.min else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def fill_merged(lines: list[Line], ranges: list[Range], header_until: int) -> None:
    """Write into each line what people see of a merged range: its value in the first column of every row.

    Down to line `header_until` it stands in every column, so that a heading over several columns is told of each.
    """
    numbers = [line.number for line in lines]
    filled = 0
    for top, left, bottom, right in ranges:
        first = bisect_right(numbers, top - 1)
        anchor = lines[first] if first < len(lines) and numbers[first] == top else None
        value, fault = _held(anchor, left)
        for line in _between(lines, first, bottom):
            filled += right + 1 - left
            if filled > MOST_FILLED:
                raise SheetProblem(TOO_MERGED)
            wide = right if line.number <= header_until else left
            for place in range(left, right + 1):
                _put(line, place, value if place <= wide else None, fault if place <= wide else None)


def _between(lines: list[Line], first: int, bottom: int) -> Iterator[Line]:
    for place in range(first, len(lines)):
        if lines[place].number > bottom:
            return
        yield lines[place]


def _held(line: Line | None, place: int) -> tuple[Any, Fault | None]:
    if line is None:
        return None, None
    return (line.cells[place] if place < len(line.cells) else None), line.faults.get(place)


def _put(line: Line, place: int, value: Any, fault: Fault | None) -> None:
    if place < len(line.cells):
        line.cells[place] = value
    elif value is not None:
        line.cells += [None] * (place - len(line.cells)) + [value]
    line.faults.pop(place, None)
    if fault is not None:
        line.faults[place] = fault
