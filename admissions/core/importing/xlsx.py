"""Reading xlsx: one pass over the XML of a sheet, which gives the cells and is the measure of them as well.

Structure of the parts: ECMA-376 part 1, §18.2 and §18.3.1; the values of `t` in §18.18.11.
"""

import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..packages import BrokenPackage, Package, safe_parser
from .grid import (
    DAMAGED,
    FORMULA_ERRORS,
    HIDDEN,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_MERGED,
    MAX_ROWS,
    TOO_MERGED,
    Content,
    Fault,
    Line,
    Range,
    SheetProblem,
    broken,
    letters,
    number_cell,
    require_extent,
)
from .number_formats import BUILT_IN

CHUNK = 1 << 18
MAX_BROKEN = 10_000
MOST_TEXT = 100_000_000
LONGEST_CELL = 32_767
# Between two ends of tags: no more than the text of a cell, each sign of it as long as XML can write it.
LONGEST_TAG = 1 << 20
UNFOLDS = (
    "文件展开后的内容远远超过文件本身的大小，没有读取。请删去多余的空行、空列和格式，用 Excel 另存为 xlsx 后重新上传。"
)
# Formatted cells without content make up most of a swollen sheet; they are dropped before the XML is parsed.
EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,9}")?/>')
ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
NUMBER = re.compile(r"[0-9]{1,7}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = ("1", "true")


class Workbook:
    """An open xlsx: names of its sheets in order, each with whether people see it, and the reading of one."""

    def __init__(self, path: Path) -> None:
        """Raises SheetProblem: damaged, or not what its ending says."""
        with _damaged():
            self.archive = zipfile.ZipFile(path)
            self.allowance = Allowance(path.stat().st_size)
            self.package = Package(self.archive)
            main = self.package.main_part()
            self.relations = {relation.key: relation for relation in self.package.relations(main)}
            self.kinds = {relation.kind: relation.target for relation in self.relations.values()}
            self.sheets: list[tuple[str, bool]] = []
            self.targets: dict[str, str] = {}
            self.since_1904 = False
            self._parse(main, self._workbook_element)
            self._texts: list[str] | None = None
            self._formats: list[str] | None = None

    def _parse(self, part: str, *handlers: Any) -> None:
        _parse(self.archive, self.package.entry(part), self.allowance, *handlers)

    def _workbook_element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904") in TRUE
        elif tag == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition("|")[2] == "id"), "")
            relation = self.relations.get(key)
            # A chart or macro sheet has no cells of its own.
            if relation is not None and relation.kind == "worksheet":
                seen = attributes.get("state", "visible") == "visible"
                name = attributes.get("name", "")
                self.sheets.append((name, seen))
                self.targets[name] = relation.target

    def read(self, name: str) -> Content:
        """The sheet of the name, whole; raises SheetProblem: damaged or too large."""
        with _damaged():
            reader = SheetReader(self.texts(), self.formats(), self.since_1904)
            self._parse(self.targets[name], reader.start, reader.end, reader.text, reader.without_empty)
            reader.finish()
        return reader.lines, reader.merged, reader.hidden_columns

    def texts(self) -> list[str]:
        if self._texts is None:
            collector = _Texts()
            if "sharedStrings" in self.kinds:
                self._parse(self.kinds["sharedStrings"], collector.start, collector.end, collector.text)
            self._texts = collector.found
        return self._texts

    def formats(self) -> list[str]:
        """Number format by the index of a cell's style."""
        if self._formats is None:
            collector = _Formats()
            if "styles" in self.kinds:
                self._parse(self.kinds["styles"], collector.start, collector.end)
            self._formats = [collector.codes.get(key, BUILT_IN.get(key, "General")) for key in collector.used]
        return self._formats


class _damaged:
    """What a damaged or foreign archive raises, in words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: Any) -> None:
        known = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError, RuntimeError)
        if isinstance(error, (*known, expat.ExpatError, BrokenPackage, ValueError)):
            raise SheetProblem(DAMAGED) from error


class Allowance:
    """How much a file of so many bytes may unfold to, all its parts and repeated readings together.

    An element of the XML counts one, and so does a stretch of its text. Honest sheets need a quarter of it; what a bomb unfolds
    to is left unread after a fraction of a second.
    """

    FREE, FOR_A_BYTE, STRETCH = 500_000, 2, 64

    def __init__(self, size: int) -> None:
        self.left = self.FREE + size * self.FOR_A_BYTE

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise SheetProblem(UNFOLDS)


Start = Callable[[str, dict[str, str]], None]


def _parse(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    allowance: Allowance,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    shorten: Callable[[bytes], bytes] | None = None,
) -> None:
    """Stream a part; names come without their namespace. `shorten` sees whole tags only."""
    parser = safe_parser()
    spend = allowance.spend

    def begin(name: str, attributes: dict[str, str]) -> None:
        spend(1 + len(attributes) // 16)
        start(name.rpartition("|")[2], attributes)

    parser.StartElementHandler = begin
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition("|")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    rest, fed = b"", 0
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            spend(len(chunk) // Allowance.STRETCH)
            if shorten is not None:
                block = rest + chunk
                cut = block.rfind(b">") + 1
                chunk, rest = shorten(block[:cut]), block[cut:]
            parser.Parse(chunk, False)
            fed += len(chunk)
            # A tag or comment that does not end is looked through from its beginning with every piece.
            if max(len(rest), fed - parser.CurrentByteIndex) > LONGEST_TAG:
                raise SheetProblem(DAMAGED)
    parser.Parse(rest, True)


def unescaped(text: str) -> str:
    """`_x000D_` stands for a sign XML cannot hold (§22.4.2.4)."""
    if "_x" not in text:
        return text
    plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Two halves of one sign belong together; half a sign is none.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


class _Collector:
    """Puts together the text of `t` elements; a pinyin guide (`rPh`) is no part of it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.in_text = self.in_guide = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "t":
            self.in_text = not self.in_guide
        elif tag == "rPh":
            self.in_guide = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self.in_text = False
        elif tag == "rPh":
            self.in_guide = False

    def text(self, data: str) -> None:
        if self.in_text:
            self.pieces.append(data)

    def taken(self) -> str:
        whole, self.pieces = unescaped("".join(self.pieces)), []
        return whole


class _Texts(_Collector):
    """The texts that many cells share (§18.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.length = 0

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.length > MOST_TEXT:
            raise SheetProblem("表格里的文字过多，请拆成几份上传。")
        super().text(data)

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self.found.append(self.taken())
            if len(self.found) > MAX_CELLS:
                raise SheetProblem("表格里的文字过多，请拆成几份上传。")


class _Formats:
    """Number formats of a workbook's styles (§18.8)."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.used: list[int] = []
        self.in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self.codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self.in_cells = True
        elif tag == "xf" and self.in_cells:
            self.used.append(_whole(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.in_cells = False


def _whole(text: str | None) -> int:
    """A number of a few digits; what else stands there is damage."""
    if text is None or not NUMBER.fullmatch(text):
        raise SheetProblem(DAMAGED)
    return int(text)


class SheetReader(_Collector):
    """Listens to the parser of one sheet; positions count on from the last one where the file gives none."""

    def __init__(self, texts: list[str], formats: list[str], since_1904: bool) -> None:
        super().__init__()
        self.texts, self.formats, self.since_1904 = texts, formats, since_1904
        self.lines: list[Line] = []
        self.merged: list[Range] = []
        self.hidden_columns: list[str] = []
        self.rows = self.columns = self.row = self.column = self.broken = 0
        self.cells_seen = 0
        self.dropped = self.row_hidden = self.all_hidden = self.in_value = False
        self.cell: dict[str, str] = {}
        self.has_formula = self.has_value = False

    def finish(self) -> None:
        """In the order of their numbers; raises SheetProblem where a line comes twice."""
        self.lines.sort(key=lambda line: line.number)
        if any(one.number == other.number for one, other in zip(self.lines, self.lines[1:], strict=False)):
            raise SheetProblem(DAMAGED)

    def without_empty(self, block: bytes) -> bytes:
        shorter = EMPTY_CELL.sub(b"", block)
        self.dropped |= len(shorter) < len(block)
        return shorter

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._place(attributes.get("r"))
            self.cell, self.pieces, self.has_formula, self.has_value = attributes, [], False, False
        elif tag == "v":
            self.in_value = self.has_value = True
        elif tag == "f":
            self.has_formula = True
        elif tag == "row":
            self.row = _whole(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
            shut = attributes.get("hidden", "1" if self.all_hidden else "0") in TRUE
            self.row_hidden = shut or attributes.get("ht") in ("0", "0.0")
        elif tag == "col":
            self._column(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "sheetFormatPr":
            self.all_hidden = attributes.get("zeroHeight") in TRUE
        else:
            super().start(tag, attributes)

    def _column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") in ("0", "0.0"):
            first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
            if len(self.hidden_columns) < MAX_COLUMNS:
                self.hidden_columns += [letters(place) for place in range(first - 1, min(last, MAX_COLUMNS))]

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        left, top = _position(first)
        right, bottom = _position(last or first)
        if len(self.merged) >= MAX_MERGED:
            raise SheetProblem(TOO_MERGED)
        self.merged.append((top, left, min(bottom, MAX_ROWS), min(right, MAX_COLUMNS - 1)))

    def _place(self, address: str | None) -> None:
        self.cells_seen += 1
        if self.cells_seen > MAX_CELLS:
            raise SheetProblem(f"表格过大：超过{MAX_CELLS // 10_000}万格（含空格）。请删去多余的行列，或拆成几份上传。")
        if address is not None:
            place, self.row = _position(address)
            self.column = place + 1
        elif self.dropped:
            raise SheetProblem(DAMAGED)
        else:
            self.column += 1

    def text(self, data: str) -> None:
        if self.in_value:
            self.pieces.append(data)
        else:
            super().text(data)

    def end(self, tag: str) -> None:
        if tag == "v":
            self.in_value = False
        elif tag == "c":
            value, fault = self._judged()
            if value not in (None, "") or fault is not None:
                self._keep(value, fault)
        else:
            super().end(tag)

    def _keep(self, value: Any, fault: Fault | None) -> None:
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        require_extent(self.rows, self.columns)
        if not self.lines or self.lines[-1].number != self.row:
            self.lines.append(Line(self.row, [], refusal=HIDDEN if self.row_hidden else ""))
        line, place = self.lines[-1], self.column - 1
        line.cells += [None] * (place + 1 - len(line.cells))
        line.cells[place] = value
        if fault is not None:
            line.faults[place] = fault

    def _judged(self) -> tuple[Any, Fault | None]:
        raw, kind = "".join(self.pieces), self.cell.get("t", "n")
        self.pieces = []
        if kind == "e":
            return self._error(raw)
        if self.has_formula and not raw and not (kind == "str" and self.has_value):
            return None, self._broken("")
        if not raw:
            return None, None
        if kind == "s":
            return self._shared(raw), None
        if kind in ("str", "inlineStr"):
            return unescaped(raw), None
        if kind == "b":
            return raw in TRUE, None
        if kind == "d":
            return _iso_moment(raw), None
        return self._number(raw)

    def _shared(self, raw: str) -> str:
        place = _whole(raw.strip())
        if place >= len(self.texts):
            raise SheetProblem(DAMAGED)
        return self.texts[place]

    def _number(self, raw: str) -> tuple[Any, Fault | None]:
        value = float(raw) if "_" not in raw else float("nan")
        if value != value or value in (float("inf"), float("-inf")):
            raise SheetProblem(DAMAGED)
        style = _whole(self.cell.get("s", "0"))
        code = self.formats[style] if style < len(self.formats) else "General"
        return number_cell(value, code, self.since_1904)

    def _error(self, raw: str) -> tuple[None, Fault]:
        if raw not in FORMULA_ERRORS:
            raise SheetProblem(f"第{self.row}行第{self.column}列的公式出错（{raw[:100]}），请改为实际内容后重新上传。")
        return None, self._broken(raw)

    def _broken(self, error: str) -> Fault:
        self.broken += 1
        if self.broken > MAX_BROKEN:
            raise SheetProblem("文件里有大量公式没有值，请用 Excel 打开、保存后重新上传，或把公式改为实际内容。")
        return broken(error)


def _position(address: str) -> tuple[int, int]:
    """(place of the column from 0, row from 1) of `B3`."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise SheetProblem(DAMAGED)
    return column_number(found[1]) - 1, int(found[2])


def column_number(text: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def _iso_moment(raw: str) -> Any:
    try:
        return datetime.fromisoformat(raw.removesuffix("Z"))
    except ValueError:
        return raw
