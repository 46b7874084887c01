"""Every change of one condition that can be made in a module, as a span of its text and what stands there instead."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("admissions", "workgroups", "discipline", "publicity")
EDGES = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}


@dataclass(frozen=True)
class Change:
    """`kind` in words; the text between two offsets of `source`, as it was when the run began, is replaced."""

    source: str
    path: str
    line: int
    kind: str
    start: int
    end: int
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def text(self) -> str:
        raw = self.source.encode()
        return (raw[: self.start] + self.instead.encode() + raw[self.end :]).decode()

    def functions(self) -> list[str]:
        """The functions around the change, and those of the module that call them, directly or not."""
        tree = ast.parse(self.source)
        every = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        found = {node.name for node in every if node.lineno <= self.line <= (node.end_lineno or 0)}
        while callers := {node.name for node in every if found & _names(node)} - found:
            found |= callers
        return sorted(found)

    def diff(self) -> list[str]:
        """The lines that differ, before and after."""
        before, after = self.source.splitlines(), self.text.splitlines()
        head = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
        more = len(after) - len(before)
        tail = next((i for i in range(1, len(before) - head) if before[-i] != after[-i]), len(before) - head)
        last = len(before) - tail + 1
        return [*(f"- {row}" for row in before[head:last]), *(f"+ {row}" for row in after[head : last + more])]


def modules() -> list[Path]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            kind = path.parent.name if path.parent.name in ("services", "selectors") else path.stem
            if kind.endswith(("rules", "services", "selectors", "oversight", "prechecks")):
                found.append(path)
    return found


def changes() -> list[Change]:
    return [change for path in modules() for change in changes_in(path)]


def changes_in(path: Path) -> list[Change]:
    source = path.read_text()
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]
    name = path.relative_to(ROOT).as_posix()

    def at(line: int, column: int) -> int:
        return starts[line - 1] + column

    def text(node: Any) -> str:
        return ast.get_source_segment(source, node) or ""

    def change(node: Any, kind: str, instead: str) -> Change:
        start, end = at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
        return Change(source, name, node.lineno, kind, start, end, instead)

    return [
        change(node, kind, instead) for node in ast.walk(ast.parse(source)) for node, kind, instead in _of(node, text)
    ]


def _of(node: ast.AST, text: Any) -> list[tuple[Any, str, str]]:
    found: list[tuple[Any, str, str]] = []
    if isinstance(node, ast.If | ast.IfExp):
        found.append((node.test, "condition negated", f"not ({text(node.test)})"))
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        for gone in node.values:
            rest = [f"({text(value)})" for value in node.values if value is not gone]
            found.append((node, "part of a condition dropped", f"({word.join(rest)})"))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in EDGES:
        left, right = text(node.left), text(node.comparators[0])
        found.append((node, "comparison at its edge", f"{left} {EDGES[type(node.ops[0])]} {right}"))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        found.append((node, "part of a rule dropped", "pass"))
    if isinstance(node, ast.Expr) and _method(node.value) == "require":
        found.append((node, "question dropped", "pass"))
    if _method(node) == "exclude":
        found.append((node, "exclusion dropped", text(node.func.value)))  # type: ignore[attr-defined]
    return found


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _method(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
