"""A right is a question with a reasoned answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Principal:
    """Whose right somebody uses who stands in for another: the person, and the post as text."""

    person: Any
    post: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to “may X do V to Y?”.

    `reason` is a Chinese sentence for the person concerned, `clause` the citation it rests on,
    `who_can` names who may act instead or what is missing; `on_behalf_of` names the principal where the right is not
    the asker's own.
    """

    ok: bool
    reason: str = ""
    clause: str = ""
    who_can: str = ""
    on_behalf_of: Principal | None = None

    def __bool__(self) -> bool:
        return self.ok

    @property
    def sentence(self) -> str:
        """The reason with its clause and the way out, as one line."""
        parts = [self.reason]
        if self.clause:
            parts.append(f"依据：{self.clause}。")
        if self.who_can:
            parts.append(self.who_can)
        return "".join(parts)

    def require(self) -> None:
        """Raise `Refused` unless the answer is yes; the command under way hears what it rests on."""
        if not self.ok:
            raise Refused(self)
        hear = _listener.get()
        if hear is not None:
            hear(self)


class Refused(Exception):
    """A command, a rule or the database said no; carries the `Decision` that explains it."""

    def __init__(self, decision: Decision | str, *, clause: str = "", who_can: str = "") -> None:
        if isinstance(decision, str):
            decision = Decision(False, decision, clause, who_can)
        self.decision = decision
        super().__init__(decision.sentence)


ALLOWED = Decision(True)


def allow(on_behalf_of: Principal | None = None) -> Decision:
    return Decision(True, on_behalf_of=on_behalf_of) if on_behalf_of else ALLOWED


def deny(reason: str, clause: str = "", who_can: str = "") -> Decision:
    return Decision(False, reason, clause, who_can)


def first_denial(*decisions: Decision) -> Decision:
    """All must agree: the first “no” among the answers, or yes; either keeps the principal whose right was used."""
    principal = next((decision.on_behalf_of for decision in decisions if decision.on_behalf_of), None)
    denial = next((decision for decision in decisions if not decision.ok), None)
    if denial is None:
        return allow(principal)
    return replace(denial, on_behalf_of=principal) if principal else denial


def first_yes(*decisions: Decision) -> Decision:
    """One is enough: a right of one's own before a principal's; with none, the last “no”."""
    granted = [decision for decision in decisions if decision.ok]
    own = [decision for decision in granted if decision.on_behalf_of is None]
    return [*own, *granted, decisions[-1]][0]


_listener: ContextVar[Callable[[Decision], None] | None] = ContextVar("decision_listener", default=None)


@contextmanager
def rights_heard_by(hear: Callable[[Decision], None]) -> Iterator[None]:
    """Inside, every required “yes” is told to `hear`: so an act knows on whose right it rests."""
    token = _listener.set(hear)
    try:
        yield
    finally:
        _listener.reset(token)
