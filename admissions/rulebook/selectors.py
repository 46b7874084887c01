"""Reading the rulebook."""

import difflib
import re
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from .models import Clause, ClauseVersion


def versions_in_force(clause_ids: Iterable[int], at: datetime | None = None) -> dict[int, ClauseVersion]:
    """Clause id → the version in force at the instant; clauses without one are left out. One query."""
    rows = ClauseVersion.objects.filter(clause_id__in=set(clause_ids)).in_force(at)
    return {version.clause_id: version for version in rows}


def version_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces of text with `same`, `deleted` or `inserted`, by Chinese character and by whole Latin word or number."""
    old, new = _pieces(before), _pieces(after)
    parts: list[tuple[str, str]] = []
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            parts.append(("same", "".join(old[i1:i2])))
            continue
        parts += [("deleted", "".join(old[i1:i2]))] if i2 > i1 else []
        parts += [("inserted", "".join(new[j1:j2]))] if j2 > j1 else []
    return parts


def _pieces(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9]+|\s+|.", text, re.S)


def clause_choices() -> list[tuple[int, str]]:
    """All clauses with a version in force, for pickers."""
    rows = Clause.objects.filter(versions__period__contains=timezone.now()).select_related("source")
    return [(clause.pk, str(clause)) for clause in rows]


def history_of(clause: Clause) -> list[tuple[ClauseVersion, list[tuple[str, str]] | None]]:
    """Versions, the newest first, each with its difference from the one before."""
    versions = list(clause.versions.order_by("-number"))
    earlier: list[ClauseVersion | None] = [*versions[1:], None]
    return [(v, version_diff(e.text, v.text) if e else None) for v, e in zip(versions, earlier, strict=True)]
