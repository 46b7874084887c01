"""Tables as people send them: what is looked for in them, and what is read, refused or left out of them.

`read_table` has the file read in a process apart and gives the rows as clean text; when they have all been taken, the
account of the file is complete. Whatever cannot be read is a `SheetProblem` with one sentence that says what to do.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..apart import SECONDS, seconds_for, work_apart
from ..text import cleaned, on_one_line
from ..unreadable import Unreadable
from .grid import MAX_ROWS, Fault, SheetProblem, value_text

__all__ = ["Account", "Column", "Fault", "Row", "SheetProblem", "Table", "clean", "clean_name", "fold", "read_table"]

# ASCII of both widths.
OF_CODES = re.compile(r"[\x20-\x7e\uff01-\uff5e]*")
TASK = "admissions.core.importing.reading:table"
# The key of a fault that concerns the whole line.
LINE = ""


@dataclass(frozen=True)
class Column:
    """A column looked for by its label or an alias; compared without spaces, width and line breaks."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = True

    def names(self) -> list[str]:
        """What it may be called, folded, its label first."""
        return [fold(name) for name in (self.label, *self.aliases)]


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (from 1), its cells by column key as clean text, and the cells not to be trusted."""

    line: int
    cells: dict[str, str]
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass
class Account:
    """Every line and every column of the file: `lines` is the sum of the four below it.

    `above`: titles and header; `empty`: lines without any content; `rows`: those that get a verdict; `notes`: what a copy of
    ours says of itself below its rows; `wrapped`: line
    breaks inside quoted cells. `read`: letter, heading and label of each column taken; `unread`: letter, heading and
    `filled` of each other; `absent`: labels looked for and not found; `hidden_columns`: letters; `merged`: ranges;
    `hidden_rows`: how many; `sheet` and `other_sheets`: the one read and those not.
    """

    lines: int = 0
    above: int = 0
    empty: int = 0
    rows: int = 0
    notes: int = 0
    wrapped: int = 0
    hidden_rows: int = 0
    sheet: str = ""
    read: list[list[str]] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Table:
    """Header line, the labels as they stand in the file, the rows below (to be read once), and the account.

    `account` names the columns from the start; its numbers and what is filled are known when the rows are through.
    """

    header_line: int
    labels: dict[str, str]
    rows: Iterator[Row] = field(repr=False)
    account: Account = field(default_factory=Account)


def fold(text: Any) -> str:
    """For comparing names: NFKC, no white space or invisible signs, no asterisk of required columns."""
    return re.sub(r"[\s*＊]+", "", unicodedata.normalize("NFKC", cleaned(str(text))))


def clean(value: Any) -> str:
    """A cell as text: whole numbers without `.0`, on one line, without what nobody sees.

    What has nothing but digits, Latin letters and their signs (a number, a code, a date) is of one width; words stay as they
    are written, with their punctuation.
    """
    text = value_text(value)
    if text.isascii() and text.isalnum():
        return text
    text = on_one_line(text)
    return unicodedata.normalize("NFKC", text) if OF_CODES.fullmatch(text) else text


def clean_name(text: str) -> str:
    """A person's name: no spaces between Chinese characters, single spaces elsewhere, one kind of middle dot."""
    text = re.sub(r"[•・‧∙]", "·", clean(text))
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)


def read_table(
    path: Path,
    name: str,
    columns: Sequence[Column],
    sheet: str | None = None,
    *,
    exact: bool = False,
    most_rows: int = MAX_ROWS,
    seconds: int = SECONDS,
) -> Table:
    """The table in the file.

    `exact`: a line of a text table that is shorter than the header is refused as well as one that is longer.
    `seconds` of processor time the reading of the largest file may take (`seconds_for`). Raises SheetProblem, here or while the rows are taken: unreadable,
    encrypted, too large, no sheet with the required columns, a quote that is never closed.
    """
    given: dict[str, Any] = {
        "path": os.path.abspath(path),
        "name": name,
        "columns": [asdict(column) for column in columns],
        "sheet": sheet,
    }
    seconds = seconds_for(path, seconds)
    answers = _in_words(work_apart(TASK, seconds=seconds, exact=exact, most_rows=most_rows, **given))
    head = next(answers)
    account = Account(**head["account"])
    keys = [column.key for column in columns]
    return Table(head["header_line"], head["labels"], _rows(answers, keys, account), account)


def _in_words(answers: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from answers
    except Unreadable as problem:
        raise SheetProblem(str(problem)) from problem


def _rows(answers: Iterator[Any], keys: list[str], account: Account) -> Iterator[Row]:
    for block in answers:
        if isinstance(block, dict):
            account.__dict__.update(block["account"])
            return
        for line, cells, faults in block:
            row = Row(line, dict(zip(keys, cells, strict=True)))
            for key, (shown, reason) in (faults or {}).items():
                row.faults[key] = Fault(shown, reason)
            yield row
