"""The parts of every rule, and how a test proves one: false alone, the rule called directly, its own sentence expected.

A part is each answer a rule yields (`@in_parts`) and, in every other function that answers with a `Decision`, each
`deny(…)`. A whole run in which one is left unproved fails; see `tests/plugins/parts.py`.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from admissions.core.decision import Decision, deny, everything_missing

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("admissions", "workgroups", "discipline", "publicity")

# (path, line, column) of the yield or of the call → the part's name.
Sites = dict[tuple[str, int, int], str]

proved: set[str] = set()


@cache
def sites() -> Sites:
    """Every part in the product; pages answer for themselves, and nothing of `core` is a rule."""
    found: Sites = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not _is_page(path) and "core" not in path.parts:
                found |= _sites_in(path)
    return found


def _is_page(path: Path) -> bool:
    return "views" in path.parts or path.stem.endswith(("views", "pages"))


def _sites_in(path: Path) -> Sites:
    source = path.read_text()
    if "deny(" not in source and "in_parts" not in source:
        return {}
    name = path.relative_to(ROOT).as_posix()
    counted: Counter[str] = Counter()
    found: Sites = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in _parts_of(function):
                key = f"{name}:{function.name}: {_words(node)}"
                counted[key] += 1
                number = f" #{counted[key]}" if counted[key] > 1 else ""
                found[str(path), node.lineno, node.col_offset] = key + number
    return found


def _parts_of(function: ast.FunctionDef) -> list[Any]:
    inside = [node for statement in function.body for node in ast.walk(statement)]
    if any(isinstance(mark, ast.Name) and mark.id == "in_parts" for mark in function.decorator_list):
        return [node for node in inside if isinstance(node, ast.Yield | ast.YieldFrom)]
    return [node for node in inside if isinstance(node, ast.Call) and _called(node) == "deny"]


def _called(node: ast.expr) -> str:
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def _words(node: Any) -> str:
    """The sentence, where the part writes one; else what it asks."""
    value = node.value if isinstance(node, ast.Yield | ast.YieldFrom) else node
    while _called(value) == "needed":
        value = value.args[0]
    return ast.unparse(value.args[0] if _called(value) == "deny" else value)


@dataclass
class Answer:
    """What a rule said, asked directly and for everything, and through which parts each “no” came."""

    decision: Decision
    came_through: list[tuple[str, str]]

    @property
    def ok(self) -> bool:
        return self.decision.ok

    def lacks_only(self, says: str) -> None:
        """One thing is missing and said in these words; the parts through which it came count as proved."""
        missing = [one.reason for one in self.decision.missing]
        assert missing == [says], f"missing: {missing}, wanted only {says}"
        proved.update(key for key, reason in self.came_through if reason == says)


def asked(rule: Callable[..., Decision], *args: Any, **kwargs: Any) -> Answer:
    came_through: list[tuple[str, str]] = []
    with everything_missing(), _watched(came_through):
        return Answer(rule(*args, **kwargs), came_through)


def only_missing(says: str, rule: Callable[..., Decision], *args: Any, **kwargs: Any) -> None:
    """`asked`, which lacks only this."""
    asked(rule, *args, **kwargs).lacks_only(says)


def but(row: Any, **fields: Any) -> Any:
    """The same record with other values, in memory only: what one part looks at, without the others."""
    other = copy(row)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


@contextmanager
def _watched(came_through: list[tuple[str, str]]) -> Iterator[None]:
    """Notes each part that gives a “no” meanwhile, with its reason."""
    known = sites()

    def notice(frame: FrameType, event: str, value: Any) -> None:
        if event != "return" or not isinstance(value, Decision) or value.ok:
            return
        at = frame.f_back if frame.f_code is deny.__code__ else frame
        key = known.get(_place(at)) if at is not None else None
        if key is not None:
            came_through.append((key, value.reason))

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        yield
    finally:
        sys.setprofile(before)


def _place(frame: FrameType) -> tuple[str, int, int]:
    """File, line and column of what the frame is doing."""
    places = list(frame.f_code.co_positions())
    line, _, column, _ = places[frame.f_lasti // 2]
    return frame.f_code.co_filename, line or 0, column or 0
