"""What the tests of a capability say of its commands at the gate, and all of it together.

`gate.py` in a tests folder has `GATE`; a capability all of whose commands name somebody, lie in a season, are asked
everything, and say by their annotations what each argument is, needs none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, get_type_hints

from admissions.audit.commands import COMMANDS
from admissions.house.collection import packages

from .pages import folder_of
from .world import World

Builder = Callable[[World], Any]
Command = Callable[..., Any]
CODES = ("names_nobody", "in_no_season", "veto_exempt", "season_exempt", "asks_nobody")


@dataclass(frozen=True)
class Gate:
    """Codes of commands: what they are about names nobody or lies in no season; the gate leaves them alone, for a reason.

    `asks_nobody`: anybody may, or it is the machine's part of an act that asked; no rule says who.
    `builders`: parameter of these commands → its value from the planted world, where the annotation does not say which
    record it is, or a string names somebody.
    """

    names_nobody: frozenset[str] | set[str] = frozenset()
    in_no_season: frozenset[str] | set[str] = frozenset()
    veto_exempt: frozenset[str] | set[str] = frozenset()
    season_exempt: frozenset[str] | set[str] = frozenset()
    asks_nobody: frozenset[str] | set[str] = frozenset()
    builders: Mapping[str, Builder] = field(default_factory=dict)


@cache
def said() -> dict[str, Gate]:
    """Package → what its tests say; each speaks of its own commands only."""
    found = {package: _said_of(package) for package in packages()}
    for package, gate in found.items():
        own = {code: run for code, run in COMMANDS.items() if run.__module__.startswith(f"{package}.")}
        foreign = {code for kind in CODES for code in getattr(gate, kind)} - set(own)
        assert not foreign, f"{package}: {sorted(foreign)} are commands of another capability"
        unasked = set(gate.builders) - {name for run in own.values() for name in parameters(run)}
        assert not unasked, f"{package}: no command has a parameter {sorted(unasked)}"
    return found


def _said_of(package: str) -> Gate:
    name = f"{folder_of(package)}.gate"
    return import_module(name).GATE if find_spec(name) is not None else Gate()


@cache
def gates() -> Gate:
    """The codes of all capabilities."""
    return Gate(**{kind: {code for gate in said().values() for code in getattr(gate, kind)} for kind in CODES})


def builders_of(run: Command) -> Mapping[str, Builder]:
    """Of the capability whose command this is."""
    homes = [package for package in said() if run.__module__.startswith(f"{package}.")]
    return said()[max(homes, key=len)].builders


def parameters(run: Command) -> dict[str, Any]:
    """What the command asks for besides who acts and why: name → annotation."""
    hints = get_type_hints(run.__wrapped__)
    return {name: hint for name, hint in hints.items() if name not in ("actor", "reason", "return")}
