"""Reading tables as people send them: xls, xlsx and csv with title rows, stray spaces, full-width digits, odd encodings.

`read_table` finds the header row by the names of the required columns and yields the rows below it as clean text.
Whatever cannot be read is a `SheetProblem` with one sentence that says what to do.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    WorksheetNotFound,
    ZipError,
)

from .workbooks import (
    DAMAGED,
    FORMULA_ERRORS,
    MAX_ROWS,
    SheetProblem,
    SheetScan,
    require_extent,
    scan_old_workbook,
    scan_workbook,
)

HEADER_SEARCH = 30
# A spreadsheet keeps 15 digits of a number; an ID number kept as a number has lost its end.
EXACT = 10**15
# Control characters, soft hyphen, zero-width and direction marks, the byte order mark: never meant, and they break comparison.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Column:
    """A column looked for by its label or an alias; compared without spaces, width and line breaks."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = True

    def names(self) -> set[str]:
        return {fold(name) for name in (self.label, *self.aliases)}


@dataclass(frozen=True)
class Fault:
    """A cell that does not hold what its author meant: what may be shown of it, and what to do."""

    shown: str
    reason: str


NOTHING: Mapping[tuple[int, int], str] = {}


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (from 1), its cells by column key as clean text, and the cells not to be trusted."""

    line: int
    cells: dict[str, str]
    faults: dict[str, Fault] = field(default_factory=dict)

    def is_empty(self) -> bool:
        return not self.faults and not any(self.cells.values())


@dataclass
class Table:
    """Header line, the labels as they stand in the file, and the rows below (to be read once)."""

    header_line: int
    labels: dict[str, str]
    rows: Iterator[Row] = field(repr=False)


def fold(text: Any) -> str:
    """For comparing names: NFKC, no white space or invisible signs, no asterisk of required columns."""
    return re.sub(rf"[\s*＊]+|{INVISIBLE.pattern}", "", unicodedata.normalize("NFKC", str(text)))


def clean(value: Any) -> str:
    """A cell as text: whole numbers without `.0`, full-width letters and digits as half-width, trimmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == datetime.min.time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return INVISIBLE.sub("", re.sub(r"\s+", " ", _half_width(str(value)))).strip()


def _half_width(text: str) -> str:
    """Full-width ASCII and the ideographic space; Chinese punctuation such as （） stays half-width only as brackets."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c in "\u3000\xa0" else c for c in text)


def clean_name(text: str) -> str:
    """A person's name: no spaces between Chinese characters, single spaces elsewhere, one kind of middle dot."""
    text = re.sub(r"[•・‧∙]", "·", clean(text))
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)


def read_table(path: Path, name: str, columns: Sequence[Column], sheet: str | None = None) -> Table:
    """The table in the file.

    Raises SheetProblem: unreadable, encrypted, too large, no sheet with the required columns.
    """
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".txt"):
        return _find_table(_csv_lines(path), columns, name)
    if suffix in (".xls", ".xlsx"):
        return _workbook_table(path, suffix, columns, sheet)
    raise SheetProblem(f"不认识的文件类型“{suffix or '无扩展名'}”，请上传 xlsx、xls 或 csv 文件。")


def _workbook_table(path: Path, suffix: str, columns: Sequence[Column], sheet: str | None) -> Table:
    """The one visible sheet that has the header; two filled ones are not guessed between."""
    scans = scan_workbook(path) if suffix == ".xlsx" else scan_old_workbook(path)
    book = _open_workbook(path)
    visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
    if sheet and sheet not in visible:
        raise SheetProblem(f"文件里没有名为“{sheet}”的工作表，现有：{'、'.join(visible)}。")
    found: list[tuple[str, Table]] = []
    problems = []
    for name in [sheet] if sheet else visible:
        lines = enumerate(_cells(book, name), 1)
        try:
            found.append((name, _find_table(lines, columns, name, scans.get(name, SheetScan()).broken)))
        except SheetProblem as problem:
            problems.append(str(problem))
    if not found:
        raise SheetProblem(" ".join(problems) or "文件里没有可见的工作表，请核对文件。")
    return _only_filled(found)


def _open_workbook(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise SheetProblem("文件有密码保护，请去掉密码后重新上传。") from error
    except (CalamineError, ZipError) as error:
        raise SheetProblem(DAMAGED) from error


def _cells(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    """All cells of the sheet from its first row and column on; old workbooks are measured only here."""
    try:
        sheet = book.get_sheet_by_name(name)
    except WorksheetNotFound:  # a chart sheet has no cells
        return []
    except (CalamineError, ZipError) as error:
        raise SheetProblem(DAMAGED) from error
    rows, width = sheet.end or (-1, -1)
    require_extent(rows + 1, width + 1)
    return sheet.to_python(skip_empty_area=False)


def _only_filled(found: list[tuple[str, Table]]) -> Table:
    filled = []
    for name, table in found:
        first = next(table.rows, None)
        if first is not None:
            table.rows = chain([first], table.rows)
            filled.append((name, table))
    if len(filled) > 1:
        names = "”“".join(name for name, _ in filled)
        raise SheetProblem(f"工作表“{names}”都有表头和数据，不能确定导入哪一张。请合并为一张，或分成几个文件上传。")
    return (filled or found)[0][1]


def _csv_lines(path: Path) -> Iterator[tuple[int, list[Any]]]:
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(8192)
        if "\x00" in sample:
            raise SheetProblem("文件不是文本文件，请另存为 csv（UTF-8 或 GB18030 编码）后重新上传。")
        delimiter = max(",\t;", key=sample.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for count, cells in enumerate(reader, 1):
                if count > MAX_ROWS:
                    raise SheetProblem(f"表格超过{MAX_ROWS}行，请拆成几份上传。")
                yield count, [_unwrapped(cell) for cell in cells]
        except csv.Error as error:
            raise SheetProblem(f"第{reader.line_num}行的引号或分隔符有误，请检查后重新上传。") from error


def _unwrapped(cell: str) -> str:
    """Programs write `="0123"` to keep leading zeros: a constant, not a formula."""
    constant = re.fullmatch(r'="([^"]*)"', cell)
    return constant[1] if constant else cell


def detect_encoding(path: Path) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, else GB18030; by strict decoding of the whole file."""
    with path.open("rb") as file:
        has_mark = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if has_mark else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(CHUNK):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise SheetProblem("认不出文件的文字编码，请另存为 UTF-8 或 GB18030 编码的 csv 后重新上传。")


def _find_table(
    lines: Iterator[tuple[int, Sequence[Any]]],
    columns: Sequence[Column],
    where: str,
    broken: Mapping[tuple[int, int], str] = NOTHING,
) -> Table:
    """Header row: the first that has every required column; else say which are missing from the best candidate."""
    lines = iter(lines)
    best: list[Column] = [c for c in columns if c.required]
    for number, cells in islice(lines, HEADER_SEARCH):
        places, missing = _match(cells, columns)
        if not missing:
            labels = {key: clean(cells[index]) for key, index in places.items()}
            return Table(number, labels, _rows(lines, places, columns, broken))
        best = min(best, missing, key=len)
    wanted = "、".join(column.label for column in best)
    raise SheetProblem(
        f"“{where}”里没有找到表头：前{HEADER_SEARCH}行内缺少列“{wanted}”。请核对是否选错了文件或工作表。"
    )


def _match(cells: Sequence[Any], columns: Sequence[Column]) -> tuple[dict[str, int], list[Column]]:
    folded = [fold(cell) for cell in cells]
    places: dict[str, int] = {}
    for column in columns:
        index = next((i for i, text in enumerate(folded) if text in column.names()), None)
        if index is not None:
            places[column.key] = index
    return places, [column for column in columns if column.required and column.key not in places]


def _rows(
    lines: Iterator[tuple[int, Sequence[Any]]],
    places: dict[str, int],
    columns: Sequence[Column],
    broken: Mapping[tuple[int, int], str],
) -> Iterator[Row]:
    keys = [column.key for column in columns]
    for number, cells in lines:
        given = {key: cells[place] for key, place in places.items() if place < len(cells)}
        faults = {key: fault for key, value in given.items() if (fault := _fault(value))}
        faults |= {key: _broken(broken[at]) for key, place in places.items() if (at := (number, place + 1)) in broken}
        row = Row(number, {key: clean(given[key]) if key in given else "" for key in keys}, faults)
        if not row.is_empty():
            yield row


def _broken(error: str) -> Fault:
    if error:
        return Fault(error, "公式出错，没有值，请改为实际内容")
    return Fault("", "是公式而没有算出的值，请用 Excel 打开、保存后重新上传，或改为实际内容")


def _fault(value: Any) -> Fault | None:
    """Why the cell's content cannot be taken for what its author meant."""
    if isinstance(value, int | float) and abs(value) >= EXACT:
        return Fault(f"{value:.5E}", "Excel 把长数字存成了数值，末几位已丢失，请先把该列设为文本再重新填写")
    if not isinstance(value, str):
        return None
    if value in FORMULA_ERRORS:
        return _broken(value)
    if clean(value).startswith("="):
        return Fault(f"{clean(value)[:10]}…", "是公式的文字，不是值，请改为实际内容")
    return None
