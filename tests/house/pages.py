"""What the tests of a capability say of its pages, and all of it together.

`pages.py` in a tests folder has `PAGES`: one `Page` for each address. Asked for it, a looker in `opens` gets 200, one in
`sees` the sentence why not (403), a stranger the login (302), the others 404. A page about no record is seen by everybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from admissions.house.collection import packages

from .lookers import ANONYMOUS, EVERYBODY, LOOKERS, NOBODY
from .world import World

# Names of planted records whose keys stand in the address, or what makes its arguments from the world.
Of = str | tuple[str, ...] | Callable[[World], list[Any]]


@dataclass(frozen=True)
class At:
    """Another record, another person, at whose turn the page opens: names of the world; and what the address asks.

    `just_in`: somebody who showed the second factor again a moment ago.
    """

    of: Of = ""
    by: str = ""
    query: Callable[[World], str] | None = None
    just_in: bool = False


@dataclass(frozen=True)
class Page:
    name: str
    of: Of = ""
    opens: frozenset[str] | set[str] = NOBODY
    sees: frozenset[str] | set[str] | None = None
    # What who may open it gets: 405 where the address takes POST only.
    status: int = 200
    others: int = 404
    strangers: int = 302
    # Where none of the lookers may open it: for whom it opens, and why it opens for nobody at all.
    opened: At | None = None
    never: str = ""
    # What an empty form gets from a page that is open: its mistakes, or the next page where there is nothing to fill in.
    empty_form: int = 422

    def wanted(self, looker: str) -> int:
        if looker in self.opens:
            return self.status
        if looker == ANONYMOUS:
            return self.strangers
        sees = self.sees if self.sees is not None else NOBODY if self.of else EVERYBODY
        return 403 if looker in sees else self.others

    def arguments(self, world: World, of: Of = "") -> list[Any]:
        of = of or self.of
        if callable(of):
            return of(world)
        return [world.records[name].pk for name in ((of,) if isinstance(of, str) else of) if name]

    def address(self, world: World) -> str:
        return reverse(self.name, args=self.arguments(world))

    def opened_address(self, world: World) -> str:
        """Where the page opens for `opened.by`."""
        query = self.opened.query(world) if self.opened.query else ""
        return f"{reverse(self.name, args=self.arguments(world, self.opened.of))}{query}"

    def may(self) -> list[str]:
        return [looker for looker in LOOKERS if looker in self.opens]


def folder_of(package: str) -> str:
    """`workgroups.meetings` is tested in `tests/workgroups/meetings`, `admissions.audit` in `tests/audit`."""
    return f"tests.{package.removeprefix('admissions.')}"


@cache
def pages() -> dict[str, Page]:
    """Every declared page by its name, from the ground upward."""
    found: dict[str, Page] = {}
    for package in ("admissions.core", *packages()):
        for page in import_module(f"{folder_of(package)}.pages").PAGES:
            assert page.name not in found, f"{page.name} is declared twice, again in {package}"
            found[page.name] = page
    return found


def named_urls() -> dict[str, list[str]]:
    """Every named address of our own with the names of its parameters; the read-only back office is tested apart."""
    return {name: list(entry.pattern.converters) for name, entry in _entries().items()}


def view_of(name: str) -> Any:
    """The class behind an address, or the function."""
    callback = _entries()[name].callback
    return getattr(callback, "view_class", callback)


@cache
def _entries() -> dict[str, URLPattern]:
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != "admin":
            yield from _walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry


def addresses(world: World) -> dict[str, str]:
    return {name: page.address(world) for name, page in pages().items()}
