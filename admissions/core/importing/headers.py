"""Finding the header of a table as people lay it out: below titles, of two or three rows, with hints in brackets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..written import BESIDE
from .grid import Line, SheetProblem, letters, value_text
from .sheets import Column, clean, fold

HEADER_SEARCH = 30
MOST_HEADER_ROWS = 3
HINT = re.compile(r"[(（\[【<《][^)）\]】>》]*[)）\]】>》]|[:：]$")


@dataclass
class Header:
    """Where the header stands (first and last line), its words by place, and the place of each column found."""

    first: int
    last: int
    words: list[str]
    places: dict[str, int]

    def width(self) -> int:
        """How many columns have a heading, counted to the last of them."""
        return max((place for place, word in enumerate(self.words, 1) if word), default=0)


def find_header(
    lines: Sequence[Line], columns: Sequence[Column], where: str, written: Sequence[Line] | None = None
) -> Header:
    """The first line that has every required column, with the rows below it that belong to it.

    `written`: the same lines without what a merged range shows beyond its first cell.
    Raises SheetProblem: not found, and which columns the best line lacks; two columns of one name.
    """
    best = [column for column in columns if column.required]
    for place, line in enumerate(lines[:HEADER_SEARCH]):
        words = _words(line)
        for height in range(1, MOST_HEADER_ROWS + 1):
            places = matched(words, columns)
            missing = [column for column in columns if column.required and column.key not in places]
            lower = lines[place + height] if place + height < len(lines) else None
            deeper = _joined(words, lower, places, columns) if lower is not None else None
            if not missing and (deeper is None or height == MOST_HEADER_ROWS):
                _require_unlike(words, places, columns, where, (written or lines)[place : place + height])
                return Header(line.number, lines[place + height - 1].number, [clean(word) for word in words], places)
            best = min(best, missing, key=len) if missing else best
            if deeper is None:
                break
            words = deeper
    wanted = "、".join(column.label for column in best)
    raise SheetProblem(
        f"“{where}”里没有找到表头：前{HEADER_SEARCH}行内缺少列“{wanted}”。请核对是否选错了文件或工作表。"
    )


def _words(line: Line) -> list[str]:
    return [value_text(cell) for cell in line.cells]


def _joined(words: list[str], lower: Line, places: dict[str, int], columns: Sequence[Column]) -> list[str] | None:
    """The header with one more row, if that row goes on with it: it repeats or leaves empty what is found already,
    and names columns that were not."""
    below = _words(lower)
    width = max(len(words), len(below))
    words, below = words + [""] * (width - len(words)), below + [""] * (width - len(below))
    if not places or any(fold(below[place]) not in ("", fold(words[place])) for place in places.values()):
        return None
    deeper = [low if fold(low) else high for high, low in zip(words, below, strict=True)]
    more = matched(deeper, columns)
    return deeper if set(more) > set(places) else None


def matched(words: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """The place of each column by its key: its label exactly, else an alias, else one of them with a hint behind it."""
    exact = [fold(word) for word in words]
    bare = [fold(HINT.sub("", word)) for word in words]
    places: dict[str, int] = {}
    for column in columns:
        names = column.names()
        for folded, wanted in ((exact, names[:1]), (exact, names), (bare, names[:1]), (bare, names)):
            place = next((place for place, word in enumerate(folded) if word in wanted), None)
            if place is not None:
                places[column.key] = place
                break
    return places


def _require_unlike(
    words: Sequence[str], places: dict[str, int], columns: Sequence[Column], where: str, written: Sequence[Line]
) -> None:
    """One heading over several columns is no clash, two of one name are."""
    own = {place for line in written for place, cell in enumerate(line.cells) if cell not in (None, "")}
    for column in columns:
        if column.key in places:
            heading = fold(words[places[column.key]])
            same = [letters(place) for place, word in enumerate(words) if fold(word) == heading and place in own]
            if len(same) > 1:
                raise SheetProblem(
                    f"“{where}”的{'、'.join(same)}列都叫“{column.label}”，不能确定读哪一列，请只留一列。"
                )


def unread_columns(header: Header, filled: set[int]) -> list[dict[str, Any]]:
    """Columns of the file that are not taken: letter, heading, whether anything stands below it, and whether a copy of
    ours put it there."""
    taken = set(header.places.values())
    named = {place for place, word in enumerate(header.words) if word}
    return [
        {
            "letter": letters(place),
            "heading": header.words[place] if place < len(header.words) else "",
            "filled": place in filled,
        }
        | ({"ours": True} if header.words[place : place + 1] and header.words[place] in BESIDE else {})
        for place in sorted((named | filled) - taken)
    ]
