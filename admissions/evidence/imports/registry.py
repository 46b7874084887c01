"""Kinds of import. Upper apps register theirs in `AppConfig.ready()`.

A row-wise kind judges all rows at once (so that it can look up the database and compare rows with each other) and
applies the accepted ones inside the confirming command. A bulk kind (hundreds of thousands of rows) stages the file by
COPY and judges in SQL, both as a job.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from admissions.accounts.permissions import Permission
from admissions.core.sheets import Column, Row

from ..enums import Verdict


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


class Bulk(Protocol):
    """The two steps of a bulk kind; both may be run again after a crash."""

    def check(self, batch: Any, path: Path, progress: Callable[..., None]) -> dict[str, int]:
        """Stage and judge; write rejected rows as ImportRow; return totals per verdict."""

    def apply(self, batch: Any, progress: Callable[..., None]) -> None:
        """Write what was accepted."""

    def discard(self, batch: Any) -> None:
        """Forget what was staged."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of import.

    `judge(rows, season)` returns a verdict per row; `apply(payloads, batch, actor)` writes the accepted payloads.
    `sensitive`: the source holds identity numbers; its content is deleted once the import is done or given up.
    """

    code: str
    label: str
    permission: Permission
    columns: Sequence[Column]
    intro: str
    judge: Callable[[list[Row], Any], Iterable[Judged]] | None = None
    apply: Callable[[list[dict[str, Any]], Any, Any], None] | None = None
    bulk: Bulk | None = None
    needs_season: bool = False
    sensitive: bool = False
    result_url: Callable[[Any], str] | None = None


KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    if (kind.bulk is None) == (kind.judge is None or kind.apply is None):
        raise ValueError(f"import {kind.code}: either judge and apply, or bulk")
    KINDS[kind.code] = kind


def kinds_for(user: Any, may: Callable[[Any, ImportKind], bool]) -> list[ImportKind]:
    return [kind for kind in KINDS.values() if may(user, kind)]
