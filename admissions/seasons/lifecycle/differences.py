"""What differs between two seasons, from the registered descriptions; with a digest of exactly what was shown."""

import hashlib
import json
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import TextChoices

from admissions.core.status import tones
from admissions.seasons.cloning import facts_of

from .models import Season


@tones(ADDED="success", REMOVED="danger", CHANGED="warning")
class ChangeKind(TextChoices):
    ADDED = "added", "新增"
    REMOVED = "removed", "取消"
    CHANGED = "changed", "变更"


@dataclass(frozen=True)
class Difference:
    """One thing that is new, gone or different; `fields` are (label, before, after)."""

    kind: str
    key: str
    change: ChangeKind
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Comparison:
    """A season beside the one it is compared with."""

    season: Season
    base: Season | None
    differences: list[Difference]
    unchanged: int
    digest: str
    counts: dict[ChangeKind, int] = field(default_factory=dict)

    def by_kind(self) -> list[tuple[str, list[Difference]]]:
        """Differences under the heading of their kind, in the registered order."""
        return [(kind, list(rows)) for kind, rows in groupby(self.differences, key=lambda row: row.kind)]


def base_of(season: Season) -> Season | None:
    """Last year's season, else what the season was copied from."""
    earlier = Season.objects.real().filter(year__lt=season.year).latest_first().first()
    return earlier or season.cloned_from


def compare(season: Season) -> Comparison:
    """The season against its base; without a base everything is new."""
    base = base_of(season)
    before, after = facts_of(base) if base else {}, facts_of(season)
    found = [_difference(pair, before.get(pair), after.get(pair)) for pair in _in_order(before, after)]
    differences = [difference for difference in found if difference is not None]
    counts = {change: sum(row.change == change for row in differences) for change in ChangeKind}
    digest = _digest(base, before, after)
    return Comparison(season, base, differences, len(found) - len(differences), digest, counts)


def _in_order(before: dict, after: dict) -> list[tuple[str, str]]:
    """All keys; kinds in the order of their first appearance, keys of the season before those that are gone."""
    pairs = list(dict.fromkeys([*after, *before]))
    kinds = list(dict.fromkeys(kind for kind, _ in pairs))
    return sorted(pairs, key=lambda pair: kinds.index(pair[0]))


def _difference(
    pair: tuple[str, str], before: dict[str, str] | None, after: dict[str, str] | None
) -> Difference | None:
    if before == after:
        return None
    change = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
    before, after = before or {}, after or {}
    labels = list(dict.fromkeys([*after, *before]))
    fields = [(label, before.get(label, ""), after.get(label, "")) for label in labels]
    return Difference(*pair, change, [row for row in fields if row[1] != row[2]])


def _digest(base: Season | None, before: dict, after: dict) -> str:
    facts = [
        base.pk if base else None,
        *([[*pair, fields] for pair, fields in side.items()] for side in (before, after)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
