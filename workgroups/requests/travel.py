"""The letters of the groups travel to the next season; documents, duties and instructions never do."""

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
