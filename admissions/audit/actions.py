"""The action under way: set by a command, read by every save, written as one event."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from admissions.core.decision import Decision, rights_heard_by
from admissions.core.ids import uuid7
from admissions.core.people import Person
from admissions.core.text import cleaned

# A history model and the values of one row, as its fields prepare them.
Insert = tuple[Any, list[Any]]


@dataclass
class Action:
    """One attempt to change state. `touched` collects `app.model:pk` of every history row written.

    `waiting`: history rows that are inserted together, before the event; `depth`: how many blocks deep its transaction is.
    `written`: by table the digest of every history row written, by its id; `inner`: of those, what an inner block may take back, as
    (model, id, how it is listed in `touched`).

    `on_behalf_of` and `post` are never claimed: they follow from the right the act rests on.
    `asked_by`: on whose order a machine acts.
    """

    code: str
    label: str
    actor: Person | None
    reason: str
    clause: str = ""
    on_behalf_of: Person | None = None
    event_id: UUID = field(default_factory=uuid7)
    target: Any = None
    details: dict[str, Any] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    post: str = ""
    waiting: list[Insert] = field(default_factory=list)
    depth: int | None = None
    written: defaultdict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    inner: list[tuple[Any, str, str]] = field(default_factory=list)
    asked_by: Person | None = None

    def __post_init__(self) -> None:
        self.reason = cleaned(self.reason)

    def take_waiting(self) -> list[Insert]:
        taken, self.waiting = self.waiting, []
        return taken

    def rest_on(self, decision: Decision) -> None:
        """The first right that is a principal's says for whom, and as what post, the act is done."""
        if decision.on_behalf_of is not None and self.on_behalf_of is None:
            self.on_behalf_of, self.post = decision.on_behalf_of.person, decision.on_behalf_of.post


@dataclass(frozen=True)
class Origin:
    """Where a request came from, and which revisions its form had seen."""

    ip: str | None = None
    request_id: str = ""
    seen: dict[tuple[str, int], int] = field(default_factory=dict)


_current: ContextVar[Action | None] = ContextVar("audit_action", default=None)
NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=NOWHERE)


def current_action() -> Action | None:
    return _current.get()


def require_action(what: str) -> Action:
    action = _current.get()
    if action is None:
        raise RuntimeError(f"{what}: state changes only inside a command")
    return action


def principal_id(what: str) -> int | None:
    """The key of whom the command under way is done for: records above keep it as a foreign key."""
    principal = require_action(what).on_behalf_of
    return None if principal is None else principal.pk


def current_origin() -> Origin:
    return _origin.get()


@contextmanager
def acting(action: Action) -> Iterator[Action]:
    if _current.get() is not None:
        raise RuntimeError(f"{action.code}: commands do not call commands")
    token = _current.set(action)
    try:
        with rights_heard_by(action.rest_on):
            yield action
    finally:
        _current.reset(token)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)
