"""A right is a question with a reasoned answer."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import ParamSpec

from .people import Person

Asked = ParamSpec("Asked")


@dataclass(frozen=True, slots=True)
class Principal:
    """Whose right somebody uses who stands in for another: the person, and the post as text."""

    person: Person
    post: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to “may X do V to Y?”.

    `reason` is a Chinese sentence for the person concerned, `clause` the citation it rests on,
    `who_can` names who may act instead or what is missing; `on_behalf_of` names the principal where the right is not
    the asker's own. `ends`: the other parts rest on this one, so nothing is asked or told beyond it; `others`: what is
    missing besides, known only where everything was asked for.
    """

    ok: bool
    reason: str = ""
    clause: str = ""
    who_can: str = ""
    on_behalf_of: Principal | None = None
    ends: bool = field(default=False, compare=False, repr=False)
    others: "tuple[Decision, ...]" = field(default=(), compare=False, repr=False)

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

    @property
    def missing(self) -> "tuple[Decision, ...]":
        """Every “no” that is known, the one that counts first; nothing for a yes."""
        return () if self.ok else (replace(self, others=()), *self.others)

    def require(self) -> None:
        """Raise `Refused` unless the answer is yes; the command under way hears what it rests on."""
        if not self.ok:
            raise Refused(self)
        hear = _listener.get()
        if hear is not None:
            hear(self)


# A rule as its parts, in the order in which they count.
Parts = Iterator[Decision]


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


def needed(decision: Decision) -> Decision:
    """A part the others rest on, such as the right itself: who lacks it is not told what else is missing."""
    return decision if decision.ok else replace(decision, ends=True)


def all_of(parts: Iterable[Decision]) -> Decision:
    """All must agree: the first “no”, after which nothing is asked, or yes; either keeps the principal whose right was used.

    Inside `everything_missing` it goes on after a “no” and keeps every further one, until a part that ends it.
    """
    principal: Principal | None = None
    denials: list[Decision] = []
    for part in parts:
        principal = principal or part.on_behalf_of
        denials += part.missing
        if not part.ok and (part.ends or not _listing.get()):
            break
    if not denials:
        return allow(principal)
    first, *others = denials
    return replace(first, on_behalf_of=principal, ends=denials[-1].ends, others=tuple(others))


def in_parts(rule: Callable[Asked, Iterable[Decision]]) -> Callable[Asked, Decision]:
    """A rule written part by part: it yields each condition's answer and is asked no further than the first “no”."""

    @wraps(rule)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Decision:
        return all_of(rule(*args, **kwargs))

    return asked


def first_yes(*decisions: Decision) -> Decision:
    """One is enough: a right of one's own before a principal's; with none, the last “no”."""
    granted = [decision for decision in decisions if decision.ok]
    own = [decision for decision in granted if decision.on_behalf_of is None]
    return [*own, *granted, decisions[-1]][0]


_listing: ContextVar[bool] = ContextVar("decision_listing", default=False)


@contextmanager
def everything_missing() -> Iterator[None]:
    """Inside, rules do not stop at their first “no”: `missing` of an answer is the whole list, for a page to show."""
    token = _listing.set(True)
    try:
        yield
    finally:
        _listing.reset(token)


_listener: ContextVar[Callable[[Decision], None] | None] = ContextVar("decision_listener", default=None)


@contextmanager
def rights_heard_by(hear: Callable[[Decision], None]) -> Iterator[None]:
    """Inside, every required “yes” is told to `hear`: so an act knows on whose right it rests."""
    token = _listener.set(hear)
    try:
        yield
    finally:
        _listener.reset(token)
