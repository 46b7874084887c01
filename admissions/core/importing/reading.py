"""The task that reads a table apart: first what was found, then the rows by blocks, at last the account of the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ..text import fault_of
from ..written import is_note, unprotected
from .delimited import TextTable
from .grid import (
    FORMULA_ERRORS,
    HIDDEN,
    Fault,
    Line,
    Range,
    Sheet,
    SheetProblem,
    broken,
    fill_merged,
    letters,
    range_text,
)
from .headers import HEADER_SEARCH, MOST_HEADER_ROWS, Header, find_header, unread_columns
from .sheets import LINE, Account, Column, clean
from .xls import OldWorkbook
from .xlsx import Workbook

BLOCK = 500
SEARCHED = HEADER_SEARCH + MOST_HEADER_ROWS
MOST_NAMED = 50
NO_SHEET = "文件里没有可见的工作表，请核对文件。"


@dataclass
class Found:
    """A sheet with its header; the lines below it are still to be read."""

    sheet: Sheet
    header: Header
    other_sheets: list[str] = field(default_factory=list)


def table(
    path: str, name: str, columns: list[dict[str, Any]], sheet: str | None, exact: bool, most_rows: int
) -> Iterator[Any]:
    """Yields {header_line, labels, account}, then lists of [line, texts by column, faults], then {account}."""
    wanted = [Column(**{**column, "aliases": tuple(column["aliases"])}) for column in columns]
    found = found_in(Path(path), name, wanted, sheet, most_rows)
    reader = _Reader(found, wanted, exact)
    yield reader.head()
    yield from reader.blocks()
    yield {"account": reader.account.as_json()}


def found_in(path: Path, name: str, columns: Sequence[Column], sheet: str | None, most_rows: int) -> Found:
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".txt"):
        return _in_text(TextTable(path, most_rows), columns, name)
    if suffix == ".xlsx":
        return _in_book(Workbook(path), columns, sheet)
    if suffix == ".xls":
        return _in_book(OldWorkbook(path), columns, sheet)
    raise SheetProblem(f"不认识的文件类型“{suffix or '无扩展名'}”，请上传 xlsx、xls 或 csv 文件。")


def _in_text(text: TextTable, columns: Sequence[Column], name: str) -> Found:
    """With the first delimiter, of those that occur most, that gives a header; else what the likeliest lacks."""
    problems: list[SheetProblem] = []
    for delimiter in text.delimiters:
        try:
            header = find_header(text.head(delimiter, SEARCHED), columns, name)
        except SheetProblem as problem:
            problems.append(problem)
        else:
            return Found(Sheet(name, text.lines(delimiter), is_text=True), header)
    raise problems[0]


def _in_book(book: Workbook | OldWorkbook, columns: Sequence[Column], only: str | None) -> Found:
    """The one visible sheet that has the header; two filled ones are not guessed between."""
    sheets = book.sheets
    visible = [name for name, seen in sheets if seen]
    if only and only not in visible:
        raise SheetProblem(f"文件里没有名为“{only}”的工作表，现有：{'、'.join(visible)}。")
    found, problems = [], []
    for name in [only] if only else visible:
        lines, merged, hidden = book.read(name)
        try:
            found.append(_with_header(Sheet(name, lines, hidden), lines, merged, columns))
        except SheetProblem as problem:
            problems.append(str(problem))
    if not found:
        raise SheetProblem(" ".join(problems) or NO_SHEET)
    chosen = _only_filled(found)
    chosen.other_sheets = [name if seen else f"{name}（隐藏）" for name, seen in sheets if name != chosen.sheet.name]
    return chosen


def _with_header(sheet: Sheet, lines: list[Line], merged: list[Range], columns: Sequence[Column]) -> Found:
    """The header is found in what people see: a heading merged over several columns stands above each of them."""
    top = lines[:SEARCHED]
    last = top[-1].number if top else 0
    seen = [Line(line.number, list(line.cells)) for line in top]
    fill_merged(seen, [area for area in merged if area[0] <= last], last)
    header = find_header(seen, columns, sheet.name, top)
    fill_merged(lines, [area for area in merged if area[2] > header.last], header.last)
    sheet.merged = [range_text(area) for area in merged if area[2] > header.last][:MOST_NAMED]
    return Found(sheet, header)


def _only_filled(found: list[Found]) -> Found:
    filled = [one for one in found if any(_below(one))]
    if len(filled) > 1:
        names = "”“".join(one.sheet.name for one in filled)
        raise SheetProblem(f"工作表“{names}”都有表头和数据，不能确定导入哪一张。请合并为一张，或分成几个文件上传。")
    return (filled or found)[0]


def _below(found: Found) -> Iterable[Line]:
    taken = set(found.header.places.values())
    for line in found.sheet.lines:
        if line.number > found.header.last and any(clean(line.cells[p]) for p in taken if p < len(line.cells)):
            yield line


class _Reader:
    """Turns lines into rows and keeps the account."""

    def __init__(self, found: Found, columns: Sequence[Column], exact: bool) -> None:
        self.sheet, self.header, self.columns, self.exact = found.sheet, found.header, columns, exact
        self.width = self.header.width()
        self.filled: set[int] = set()
        hidden = found.sheet.hidden_columns
        self.account = Account(
            sheet="" if found.sheet.is_text else found.sheet.name,
            other_sheets=found.other_sheets[:MOST_NAMED],
            merged=found.sheet.merged,
            absent=[column.label for column in columns if column.key not in self.header.places],
        )
        self._name_columns(hidden)

    def _name_columns(self, hidden: list[str]) -> None:
        labels = {column.key: column.label for column in self.columns}
        unread = unread_columns(self.header, self.filled)
        reads = sorted(self.header.places.items(), key=lambda item: item[1])
        self.account.read = [[letters(p), self.header.words[p], labels[key]] for key, p in reads]
        self.account.unread = unread[:MOST_NAMED]
        named = {letter for letter, _, _ in self.account.read} | {one["letter"] for one in unread}
        self.account.hidden_columns = [letter for letter in hidden if letter in named]

    def head(self) -> dict[str, Any]:
        labels = {key: self.header.words[place] for key, place in self.header.places.items()}
        return {"header_line": self.header.last, "labels": labels, "account": self.account.as_json()}

    def blocks(self) -> Iterator[list[Any]]:
        rows = self._rows()
        while block := list(islice(rows, BLOCK)):
            yield block
        self._name_columns(self.sheet.hidden_columns)

    def _rows(self) -> Iterator[list[Any]]:
        """A row for every line with content below the header; lines that a workbook does not name are empty ones."""
        account, last = self.account, self.header.last
        for line in self.sheet.lines:
            last = max(last, line.number)
            account.wrapped += line.wrapped
            if line.number > self.header.last and is_note(line.cells):
                account.notes += 1
            elif line.number > self.header.last and not line.is_empty():
                account.rows += 1
                account.hidden_rows += line.refusal == HIDDEN
                yield self._row(line)
        account.lines, account.above = last, self.header.last
        account.empty = last - self.header.last - account.rows - account.notes

    def _row(self, line: Line) -> list[Any]:
        self.filled.update(place for place, cell in enumerate(line.cells) if cell not in (None, ""))
        texts, faults = [], {}
        reason = line.refusal or self._slipped(line)
        if reason:
            faults[LINE] = ("", reason)
        for column in self.columns:
            place = self.header.places.get(column.key)
            value = line.cells[place] if place is not None and place < len(line.cells) else None
            text = clean(unprotected(value) if isinstance(value, str) else value)
            texts.append(text)
            fault = line.faults.get(place) if place is not None else None
            fault = fault or (_text_fault(value, text) if isinstance(value, str) else None)
            if fault is not None:
                faults[column.key] = (fault.shown, fault.reason)
        return [line.number, texts, faults or None]

    def _slipped(self, line: Line) -> str:
        """Why a line of a text table does not fit below its header."""
        if not self.sheet.is_text:
            return ""
        count = len(line.cells)
        filled = max((place for place, cell in enumerate(line.cells, 1) if cell.strip()), default=0)
        if filled > self.width or (self.exact and count < self.width):
            return f"应有{self.width}列，实有{count}列"
        return ""


def _text_fault(value: str, text: str) -> Fault | None:
    if value in FORMULA_ERRORS:
        return broken(value)
    if text.startswith("=") and not value.startswith("'"):
        return Fault(f"{text[:10]}…", "是公式的文字，不是值，请改为实际内容")
    fault = fault_of(text)
    return Fault(text[:40], fault) if fault else None
