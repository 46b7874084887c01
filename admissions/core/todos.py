"""To-dos are derived: each capability registers a selector, nothing is kept in sync."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone


@dataclass(frozen=True)
class Todo:
    """One thing a person must do now. `verb` opens the row: 签署, 申报回避, 表态."""

    verb: str
    object_label: str
    url: str
    due_at: datetime | None = None
    waiting_on: str = ""
    button: str = "办理"


Selector = Callable[[Any], Iterable[Todo]]
_selectors: list[Selector] = []
# The number beside 我的待办 may lag behind other people's acts by so many seconds, never behind one's own.
COUNT_SECONDS = 60
BUCKETS = ("已逾期", "今天", "本周", "以后")


def register(selector: Selector) -> None:
    _selectors.append(selector)


def todos_of(user: Any) -> list[Todo]:
    """Everything the user must do, the most urgent first; rows with `waiting_on` wait for somebody else."""
    found = [todo for selector in _selectors for todo in selector(user)]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or timezone.now(), todo.object_label))


def own_todos(user: Any) -> list[Todo]:
    return [todo for todo in todos_of(user) if not todo.waiting_on]


def own_count(user: Any) -> int:
    """How many own to-dos, for the frame of every page; remembered for a minute or until the person acts."""
    count = cache.get(_count_key(user))
    return remember_count(user, own_todos(user)) if count is None else count


def remember_count(user: Any, own: list[Todo]) -> int:
    cache.set(_count_key(user), len(own), COUNT_SECONDS)
    return len(own)


def forget_count(user: Any) -> None:
    """Called after every form this person has sent."""
    cache.delete(_count_key(user))


def _count_key(user: Any) -> str:
    return f"todo-count:{user.pk}"


def bucketed(todos: Iterable[Todo]) -> list[tuple[str, list[Todo]]]:
    """The to-dos in the four groups of the home page; empty groups are left out."""
    groups: dict[str, list[Todo]] = {name: [] for name in BUCKETS}
    for todo in todos:
        groups[_bucket(todo)].append(todo)
    return [(name, rows) for name, rows in groups.items() if rows]


def _bucket(todo: Todo) -> str:
    if todo.due_at is None:
        return "以后"
    now = timezone.localtime()
    due = timezone.localtime(todo.due_at)
    if due < now:
        return "已逾期"
    if due.date() == now.date():
        return "今天"
    end_of_week = now.date() + timedelta(days=6 - now.weekday())
    return "本周" if due.date() <= end_of_week else "以后"
