"""The questions the house asks of every capability. No question has a default: an answer, or `Nothing("why")`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from django.db.models import Model, TextChoices

from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import FramePart, NavItem
from admissions.core.people import Person
from admissions.core.seeds import Seed
from admissions.core.todos import Todo


@dataclass(frozen=True)
class Mount:
    """Addresses: the prefix, and the module of the `urlpatterns`, whose `app_name` is the namespace."""

    prefix: str
    module: str


@dataclass(frozen=True)
class Unfinished:
    """One kind of thing that is still open.

    `count` is what the reader may see; `hidden` says that there is more, never how much. Where `carry_over` says who goes
    on with it and how, it holds nothing up. What is counted can be looked at: `rows`, each on its own page unless `page` says another; where nothing is
    there yet, `url` is where it is made.
    """

    kind: str
    count: int
    who: str
    hidden: bool = False
    carry_over: str = ""
    url: str = ""
    rows: Any = field(default=None, compare=False)
    page: Callable[[Any], str] | None = field(default=None, compare=False)

    @property
    def holds(self) -> bool:
        return not self.carry_over

    def __str__(self) -> str:
        if not self.hidden:
            return f"{self.kind}{self.count}项"
        return f"{self.kind}{self.count}项，另有您看不到的" if self.count else f"您看不到的{self.kind}"


@dataclass(frozen=True)
class Late:
    """How many of one kind are past their term, of what the reader may see, and the list of them."""

    kind: str
    count: int
    url: str


@dataclass(frozen=True)
class HeldItem:
    """One thing in somebody's hands; the text is what a signed sheet keeps.

    `subjects` are those of the record named in it ("person:7"): who is recused from one does not read the line.
    """

    text: str
    url: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What a person holds through an appointment, under one heading: `items(appointment, receiver)`.

    What the receiver is recused from is left out: it is handed to somebody else.
    """

    label: str
    items: Callable[[Any, Person], Iterable[HeldItem]]


@dataclass(frozen=True)
class PaperKind:
    """A kind of document the archive prints: `rows(season)` are its records, `paper(row)` makes one document."""

    label: str
    rows: Callable[[Any], Any]
    paper: Callable[[Any], Any]


@dataclass(frozen=True)
class Travel:
    """A kind of record that is copied into the next season; lower `order` first. `copy(source, target, copies)` → number."""

    label: str
    order: int
    copy: Callable[[Any, Any, Any], int]


@dataclass(frozen=True)
class Description:
    """What the comparison of two seasons shows: `describe(season)` → (kind, lasting key, label → words)."""

    order: int
    describe: Callable[[Any], Iterable[tuple[str, str, dict[str, str]]]]


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration shows of it; `command` is a management command that may be run again."""

    order: int
    command: str


@dataclass(frozen=True)
class Timer:
    """A Celery task the clock starts every so many seconds."""

    name: str
    task: Callable[..., Any]
    seconds: float


@dataclass(frozen=True)
class Indicator:
    """A figure of the supervisors' desk, by the code the desk keeps it under."""

    code: str


@runtime_checkable
class ImportKind(Protocol):
    """A kind of import; `evidence` knows the whole of it."""

    code: str
    label: str


OfSeason = Callable[[Any, Person], Iterable[Unfinished]]


@dataclass(frozen=True)
class Capability:
    """One capability's answers."""

    code: str
    label: str
    # Codes of the capabilities it may import; of those it follows which lie above one another.
    stands_on: tuple[str, ...] | Nothing
    urls: tuple[Mount, ...] | Nothing
    menu: tuple[NavItem, ...] | Nothing
    frame: tuple[FramePart, ...] | Nothing
    # user → what this person must do now, and what they wait for.
    todos: tuple[Callable[[Person], Iterable[Todo]], ...] | Nothing
    # Members of the enums of rights; each member has exactly one owner.
    permissions: tuple[StrEnum, ...] | Nothing
    areas: tuple[TextChoices, ...] | Nothing
    # (season, user) → what is missing.
    before_season_opens: OfSeason | Nothing
    before_season_closes: OfSeason | Nothing
    # (account, user) → what the person still holds.
    before_account_closes: Callable[[Person, Person], Iterable[Unfinished]] | Nothing
    handover: tuple[Held, ...] | Nothing
    archive: tuple[PaperKind, ...] | Nothing
    travels: tuple[Travel, ...] | Nothing
    describes: tuple[Description, ...] | Nothing
    # user → open things past their term.
    overdue: Callable[[Person], Iterable[Late]] | Nothing
    indicators: tuple[Indicator, ...] | Nothing
    seeds: tuple[Seed, ...] | Nothing
    demo: Demonstration | Nothing
    # Models whose rows are kept from whoever is recused from what they name.
    subjects: tuple[type[Model], ...] | Nothing
    imports: tuple[ImportKind, ...] | Nothing
    # Functions decorated as jobs.
    job_kinds: tuple[Callable[..., Any], ...] | Nothing
    timers: tuple[Timer, ...] | Nothing
    # Answers to the questions of lower floors.
    provides: tuple[Provided, ...] | Nothing
