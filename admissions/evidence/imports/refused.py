"""The refused lines of an import, in the columns of its file, to be mended and sent again.

Nothing of them is kept: they are read from the source, as long as it is there.
"""

from collections import defaultdict
from pathlib import Path

from admissions.core.importing.kinds import KINDS, Verdict
from admissions.core.importing.refused_lines import lines_as_written
from admissions.core.written import BESIDE

from ..models import ImportBatch


def reasons_of(batch: ImportBatch) -> dict[int, str]:
    """Number of each refused line → why; what no line of the file stands for is not among them."""
    found: dict[int, list[str]] = defaultdict(list)
    rejected = batch.rows.filter(verdict=Verdict.REJECTED, line__gt=0).order_by("line", "id")
    for line, column, reason in rejected.values_list("line", "column", "reason"):
        found[line].append(f"{column}：{reason}" if column else reason)
    return {line: "；".join(reasons) for line, reasons in found.items()}


def refused_table(batch: ImportBatch, source: Path) -> list[list[str]]:
    """Headings and refused lines as they stand in the file, each followed by its number and the reasons.

    Raises SheetProblem: the source cannot be read (any more).
    """
    reasons = reasons_of(batch)
    headings, lines = lines_as_written(source, batch.file.name, KINDS[batch.kind].columns, reasons)
    width = max([len(headings), *(len(cells) for _, cells in lines)])
    rows = [[*_filled(cells, width), str(number), reasons[number]] for number, cells in lines]
    return [[*_filled(headings, width), *BESIDE], *rows]


def _filled(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
