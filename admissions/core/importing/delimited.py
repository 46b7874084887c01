"""Reading text tables: csv, tabs, semicolons; any usual encoding and end of line; quotes that must be paired.

A record is a line as a spreadsheet counts: a quoted cell may hold line breaks, so a record may take up several lines of
the text. What an open quote would swallow is not read: the line is named.
"""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from .grid import MAX_COLUMNS, Line, SheetProblem, require_extent

CHUNK = 1 << 20
# In characters. The longest honest lines known (a candidate with 45 choices) have some hundreds.
LONGEST_LINE = 256 * 1024
DELIMITERS = ",\t;|"
SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
NOT_TEXT = "文件不是文本文件，请另存为 csv（UTF-8 或 GB18030 编码）后重新上传。"
NO_ENCODING = "认不出文件的文字编码，请另存为 UTF-8 或 GB18030 编码的 csv 后重新上传。"
# What the csv module says of a file that ends inside a quote.
NO_END = "unexpected end of data"
SWALLOWED = "引号里换了行又有分隔符，像是引号没有成对、几行并成了一行；请检查引号后重新上传"
MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def detect_encoding(path: Path) -> str:
    """UTF-8 (with or without mark), UTF-16 or UTF-32 with mark, else GB18030; by strict decoding of the whole file."""
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while piece := file.read(CHUNK):
                    if "\x00" in piece:
                        raise SheetProblem(NOT_TEXT)
            return encoding
        except UnicodeError:
            continue
    raise SheetProblem(NO_ENCODING)


class TextTable:
    """A text table on disk: its encoding, and its lines for each delimiter it may have."""

    def __init__(self, path: Path, most_rows: int) -> None:
        """Raises SheetProblem: not a text, or in no encoding we know."""
        self.path, self.most_rows, self.encoding = path, most_rows, detect_encoding(path)
        with path.open(encoding=self.encoding, newline="") as file:
            sample = file.read(8192)
        self.separator = SEPARATOR.match(sample)
        self.delimiters = self.separator[1] if self.separator else sorted(DELIMITERS, key=sample.count, reverse=True)

    def head(self, delimiter: str, count: int) -> list[Line]:
        return list(islice(self.lines(delimiter), count))

    def lines(self, delimiter: str) -> Iterator[Line]:
        """Every record of the file, empty ones too, each once.

        Raises SheetProblem: a quote that is never closed, a line that is too long, too many lines or columns.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(_whole_lines(file), delimiter=delimiter, strict=True)
            number = 0
            while True:
                number, begun = number + 1, reader.line_num + 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise SheetProblem(_misquoted(number, begun, reader.line_num, str(error) == NO_END)) from error
                if cells is None:
                    return
                yield self._line(number, cells, reader.line_num - begun, delimiter)

    def _line(self, number: int, cells: list[str], wrapped: int, delimiter: str) -> Line:
        if number > self.most_rows:
            raise SheetProblem(f"表格超过{self.most_rows}行，请拆成几份上传。")
        if number == 1 and self.separator:
            return Line(1, [])
        if len(cells) > MAX_COLUMNS:
            require_extent(1, _filled_width(cells))
            # Hundreds of thousands of empty cells would be compared with the names of columns, one by one.
            del cells[MAX_COLUMNS:]
        swallowed = wrapped and any(_has_swallowed(cell, delimiter) for cell in cells)
        return Line(
            number, [_unwrapped(cell) for cell in cells], refusal=SWALLOWED if swallowed else "", wrapped=wrapped
        )


def _whole_lines(file: TextIO) -> Iterator[str]:
    """Line by line, never more of one than is allowed."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise SheetProblem(f"第{number}行超过{LONGEST_LINE}个字符，不像表格，请检查换行和分隔符后重新上传。")
        yield line


def _misquoted(number: int, begun: int, ended: int, is_open: bool) -> str:
    where = f"第{number}行" if number == begun else f"第{number}行（文本第{begun}行）"
    if not is_open and ended <= begun:
        return f"{where}的引号或分隔符有误，请检查后重新上传。"
    reach = f"，一直到文本第{ended}行都被括在引号里" if ended > begun else ""
    return f"{where}的引号没有成对{reach}。请补上或删去这个引号后重新上传。"


def _has_swallowed(cell: str, delimiter: str) -> bool:
    """Whether the cell holds, behind a line break, what divides cells: whole lines may have been taken in."""
    _, broken, rest = cell.replace("\r", "\n").partition("\n")
    return bool(broken) and delimiter in rest


def _filled_width(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _unwrapped(cell: str) -> str:
    """Programs write `="0123"` to keep leading zeros: a constant, not a formula."""
    constant = re.fullmatch(r'="([^"]*)"', cell) if cell.startswith("=") else None
    return constant[1] if constant else cell
