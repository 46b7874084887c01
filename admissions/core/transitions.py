"""State is a `TextChoices` plus a table of permitted passages."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices

from .decision import Refused

S = TypeVar("S", bound=TextChoices)


def move(table: Mapping[S, set[S]], current: str, target: S) -> S:
    """Return `target` if the table permits the passage, else refuse with both words."""
    state = type(target)(current)
    if target not in table.get(state, set()):
        raise Refused(f"当前状态为“{state.label}”，不能改为“{target.label}”。", who_can="请刷新页面，按当前状态办理。")
    return target
