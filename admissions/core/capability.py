"""What one part of the house owes to the rest: an answer to every question, or the reason why there is none.

Knows neither the questions nor who asks them. A *declaration* is a dataclass whose fields are questions; a *slot* is a
question that a lower floor asks of whoever is above it. Both are filled once while the program starts, then closed.
"""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


@dataclass(frozen=True)
class Nothing:
    """The answer of who owes nothing here; `why` is for whoever asks next."""

    why: str

    def __post_init__(self) -> None:
        if not isinstance(self.why, str) or not self.why.strip():
            raise ImproperlyConfigured('Nothing("…") needs its reason')

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False


def fits(value: Any, kind: Any) -> bool:
    """Is the value of this annotation? An empty tuple or text is no answer."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in get_args(kind))
    if origin is tuple:
        return isinstance(value, tuple) and bool(value) and all(fits(one, get_args(kind)[0]) for one in value)
    if origin is type:
        return isinstance(value, type) and issubclass(value, get_args(kind)[0])
    if Callable in (kind, origin):
        return callable(value) and not isinstance(value, Nothing)
    if kind is Any:
        return True
    return isinstance(value, kind) and value != ""


def unanswered(declaration: Any) -> Iterator[str]:
    """Names of the questions whose answer is not of the declared kind."""
    hints = get_type_hints(type(declaration))
    for question in fields(declaration):
        if not fits(getattr(declaration, question.name), hints[question.name]):
            yield question.name


def has_no_defaults(kind: type) -> bool:
    """Every question of the declaration has to be answered in words."""
    return all(one.default is MISSING and one.default_factory is MISSING for one in fields(kind))


class Slot(Generic[T]):
    """A question asked by a lower floor: `one` answer, or as many as there are; none at all stops the start.

    Until the house is closed nobody has answered, and asking is an error; so nothing is permitted for want of an answer.
    """

    def __init__(self, question: str, kind: Any, *, one: bool = False) -> None:
        self.question, self.kind, self.one = question, kind, one
        self._given: list[tuple[str, T]] | None = None
        if question in SLOTS:
            raise ImproperlyConfigured(f"the question {question} is asked in two places")
        if any(slot.answered_by for slot in SLOTS.values()):
            raise ImproperlyConfigured(
                f"the question {question} comes after the house was closed: import its module earlier"
            )
        SLOTS[question] = self

    def fill(self, given: list[tuple[str, T]]) -> None:
        """Once: (code of who answers, answer).  Refuses: nobody, too many, a wrong kind, a second time."""
        if self._given is not None:
            raise ImproperlyConfigured(f"{self.question} is closed: answers stand in a capability.py")
        for code, value in given:
            if not fits(value, self.kind):
                raise ImproperlyConfigured(f"{code}: its answer to the slot {self.question} is of the wrong kind")
        if not given:
            raise ImproperlyConfigured(f"nobody provides {self.question}: add it to `provides` of a capability.py")
        if self.one and len(given) > 1:
            names = ", ".join(code for code, _ in given)
            raise ImproperlyConfigured(f"{self.question} has one answer, but {names} give one each")
        self._given = given

    def __iter__(self) -> Iterator[T]:
        return iter([value for _, value in self._answers()])

    def __call__(self, *args: Any) -> Any:
        """Ask the one who answers."""
        return self.answer(*args)

    @property
    def answer(self) -> Any:
        return self._answers()[0][1]

    @property
    def answered_by(self) -> list[str]:
        return [code for code, _ in self._given or []]

    def _answers(self) -> list[tuple[str, T]]:
        if self._given is None:
            raise ImproperlyConfigured(f"{self.question} was asked before the house was closed")
        return self._given


SLOTS: dict[str, Slot[Any]] = {}


@dataclass(frozen=True)
class Provided:
    """One answer to a slot."""

    slot: Slot[Any]
    answer: Any
