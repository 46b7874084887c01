"""Kinds of import. Capabilities declare theirs in `capability.py`.

A row-wise kind judges all rows at once (so that it can look up the database and compare rows with each other) and
applies the accepted ones inside the confirming command. A bulk kind (hundreds of thousands of rows) stages the file by
COPY and judges in SQL, both as a job.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.db.models import TextChoices

from ..capability import Slot
from ..people import Visitor
from ..status import tones
from .sheets import Column, Row


@tones(NEW="success", CHANGED="info", SAME="muted", REJECTED="danger")
class Verdict(TextChoices):
    NEW = "new", "新增"
    CHANGED = "changed", "更新"
    SAME = "same", "不变"
    REJECTED = "rejected", "拒绝"


@dataclass
class Judged:
    """The verdict on one row. A rejection names column, value and reason; an update lists its changes as text."""

    line: int
    verdict: Verdict
    label: str = ""
    column: str = ""
    value: str = ""
    reason: str = ""
    changes: list[str] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict)


def rejected(row: Row, column: str, value: str, reason: str, label: str = "") -> Judged:
    return Judged(row.line, Verdict.REJECTED, label, column, value, reason)


@dataclass(frozen=True)
class Standing:
    """What stands before an import, and what becomes of it: one sentence.

    `replaces`: the file takes the place of the `count` there are, in `unit`; a file with far fewer is suspicious.
    """

    sentence: str
    count: int = 0
    unit: str = ""
    replaces: bool = False

    def shrinks(self, coming: int) -> str:
        """A warning where more than a tenth would be missing from what comes, else ""."""
        if not self.replaces or coming * 10 >= self.count * 9:
            return ""
        less = self.count - coming
        return (
            f"现行{self.count:,}{self.unit}，这份文件只有{coming:,}{self.unit}可写入，少{less:,}{self.unit}"
            f"（{less * 100 // self.count}%）。请先核对文件是否完整。"
        )


class Bulk(Protocol):
    """The two steps of a bulk kind; both may be run again after a crash."""

    def check(self, batch: Any, path: Path, progress: Callable[..., None]) -> dict[str, int]:
        """Stage and judge; write rejected rows as ImportRow; return totals per verdict."""

    def apply(self, batch: Any, progress: Callable[..., None]) -> None:
        """Write what was accepted."""

    def discard(self, batch: Any) -> None:
        """Forget what was staged."""

    def names_any(self, batch: Any, scope: Any) -> bool:
        """Is one of whom the person of this `RecusedScope` must keep away from among the staged rows?"""


@dataclass(frozen=True)
class ImportKind:
    """One kind of import.

    `standing(season)` says what becomes of what is there.
    `judge(rows, season)` returns a verdict per row; `apply(payloads, batch, actor)` writes the accepted payloads.
    `sensitive`: the source holds identity numbers; its content is deleted once the import is done or given up.
    """

    code: str
    label: str
    permission: str
    columns: Sequence[Column]
    intro: str
    standing: Callable[[Any], Standing]
    judge: Callable[[list[Row], Any], Iterable[Judged]] | None = None
    apply: Callable[[list[dict[str, Any]], Any, Any], None] | None = None
    bulk: Bulk | None = None
    needs_season: bool = False
    sensitive: bool = False
    result_url: Callable[[Any], str] | None = None

    def __post_init__(self) -> None:
        if (self.bulk is None) == (self.judge is None or self.apply is None):
            raise ValueError(f"import {self.code}: either judge and apply, or bulk")


IMPORTS: Slot[ImportKind] = Slot("imports", ImportKind)


class Kinds(Mapping[str, ImportKind]):
    """The declared kinds by their code."""

    def __getitem__(self, code: str) -> ImportKind:
        for kind in IMPORTS:
            if kind.code == code:
                return kind
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return (kind.code for kind in IMPORTS)

    def __len__(self) -> int:
        return len(list(IMPORTS))


KINDS = Kinds()


def kinds_for(user: Visitor, may: Callable[[Visitor, ImportKind], bool]) -> list[ImportKind]:
    return [kind for kind in KINDS.values() if may(user, kind)]
