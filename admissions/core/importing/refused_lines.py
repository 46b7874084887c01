"""Lines of a table as they stand in it: every column, headings and all, for the one who mends them."""

import os
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from ..apart import seconds_for, work_apart
from ..text import on_one_line
from ..unreadable import Unreadable
from ..written import BESIDE, is_note, unprotected
from .grid import MAX_ROWS, Line, SheetProblem, value_text
from .reading import BLOCK, found_in
from .sheets import Column

TASK = "admissions.core.importing.refused_lines:lines"


def lines_as_written(
    path: Path, name: str, columns: Sequence[Column], wanted: Container[int]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings of the file, and the wanted lines with their numbers; each as long as the headings or longer.

    Raises SheetProblem like `read_table`.
    """
    given: dict[str, Any] = {
        "path": os.path.abspath(path),
        "name": name,
        "columns": [asdict(column) for column in columns],
    }
    try:
        answers = work_apart(TASK, seconds=seconds_for(path), **given)
        headings = next(answers)
        return headings, [(number, cells) for block in answers for number, cells in block if number in wanted]
    except Unreadable as problem:
        raise SheetProblem(str(problem)) from problem


def lines(path: str, name: str, columns: list[dict[str, Any]]) -> Iterator[Any]:
    """The task: the headings, then lists of [number, texts]; without the columns that an earlier copy put beside them."""
    wanted = [Column(**{**column, "aliases": tuple(column["aliases"])}) for column in columns]
    found = found_in(Path(path), name, wanted, None, MAX_ROWS)
    words = found.header.words
    width = max(found.header.width(), 1)
    kept = [place for place in range(width) if words[place : place + 1] and words[place] not in BESIDE]
    yield [words[place] for place in kept]
    below = (
        [line.number, _texts(line, kept, width)]
        for line in found.sheet.lines
        if line.number > found.header.last and not line.is_empty() and not is_note(line.cells)
    )
    while block := list(islice(below, BLOCK)):
        yield block


def _texts(line: Line, kept: list[int], width: int) -> list[str]:
    """The cells below the headings, and what stands beyond the last of them."""
    beyond = range(width, len(line.cells))
    texts = [_text(line, place) for place in [*kept, *beyond]]
    while len(texts) > len(kept) and not texts[-1]:
        texts.pop()
    return texts


def _text(line: Line, place: int) -> str:
    """As people see it; of a cell that cannot be read what may be shown of it."""
    value = line.cells[place] if place < len(line.cells) else None
    fault = line.faults.get(place)
    if value in (None, "") and fault is not None:
        return fault.shown
    return unprotected(on_one_line(value_text(value)))
