"""The letters of the groups travel to the next season; documents, duties and instructions never do."""

from collections.abc import Iterator
from typing import Any

from workgroups.groups.models import WorkGroup

from .models import LetterCode


def copy_codes(source: Any, target: Any, copies: Any) -> int:
    """Each group of the new season gets the letters of the group of the same name."""
    groups = {group.name: group for group in WorkGroup.objects.of_season(target)}
    rows = LetterCode.objects.filter(season=source).select_related("group")
    found = [(groups[row.group.name], row.code) for row in rows if row.group.name in groups]
    for group, code in found:
        LetterCode(group=group, season=target, code=code).save()
    return len(found)


def describe_codes(season: Any) -> Iterator[tuple[str, str, dict[str, str]]]:
    """For the comparison of two seasons: the letters of each group."""
    for row in LetterCode.objects.filter(season=season).select_related("group").order_by("group__name"):
        yield "机关代字", row.group.name, {"代字": row.code}
