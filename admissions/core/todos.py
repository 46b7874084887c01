"""To-dos are derived: each capability declares its selectors, nothing is kept in sync."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.utils import timezone

from .capability import Slot
from .people import Person, Visitor


@dataclass(frozen=True)
class Todo:
    """One thing a person must do now. `verb` opens the row: 签署, 申报回避, 表态."""

    verb: str
    object_label: str
    url: str
    due_at: datetime | None = None
    waiting_on: str = ""
    button: str = "办理"
    # The season the thing belongs to; None where it belongs to none. Nothing of a closed season is left to do.
    season_id: int | None = None


Selector = Callable[[Person], Iterable[Todo]]
# () → ids of the seasons in which nothing is done any more.
ClosedSeasons = Callable[[], frozenset[int]]
CLOSED_SEASONS: Slot[ClosedSeasons] = Slot("closed_seasons", ClosedSeasons, one=True)
TODOS: Slot[Selector] = Slot("todos", Selector)
# The number beside 我的待办 may lag behind other people's acts by so many seconds, never behind one's own.
COUNT_SECONDS = 60
COUNTS = "counts"
BUCKETS = ("已逾期", "今天", "本周", "以后")


def todos_of(user: Person) -> list[Todo]:
    """Everything the user must do, the most urgent first; rows with `waiting_on` wait for somebody else."""
    closed = CLOSED_SEASONS()
    found = [todo for selector in TODOS for todo in selector(user) if todo.season_id not in closed]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or timezone.now(), todo.object_label))


def own_todos(user: Person) -> list[Todo]:
    return [todo for todo in todos_of(user) if not todo.waiting_on]


def own_count(user: Person) -> int:
    """How many own to-dos, for the frame of every page; remembered for a minute or until the person acts.

    Without the cache they are counted for every page.
    """
    count = caches[COUNTS].get(_count_key(user))
    return remember_count(user, own_todos(user)) if count is None else count


def remember_count(user: Visitor, own: list[Todo]) -> int:
    caches[COUNTS].set(_count_key(user), len(own), COUNT_SECONDS)
    return len(own)


def forget_count(user: Visitor) -> None:
    """Called after every form this person has sent."""
    caches[COUNTS].delete(_count_key(user))


def _count_key(user: Visitor) -> str:
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
