"""Whoever is refused reads what to do next: every sentence that says no names a way out, or says that nothing needs doing."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from admissions.house.collection import packages
from admissions.settings.env import BASE_DIR

# 请示, 申请, 提请, 邀请 ask nobody to do anything.
NO_ADVICE = re.compile("请示|申请|提请|邀请")
ADVICE = re.compile("请|后再|初再|须|应当|应在|不必|无需|不需要|不用|直接")
FOLDERS = sorted({package.split(".")[0] for package in packages()})


# The file is given out all the same, without the mark.
NO_REFUSAL = "AS_IT_IS"


def refusals() -> Iterator[tuple[str, str]]:
    """Where it stands, and the words: of `deny(reason[, clause])` and `Refused(reason)` that name no way out of their own."""
    for path in (path for folder in FOLDERS for path in (BASE_DIR / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("deny", "Refused") and bare(node):
                yield f"{path.relative_to(BASE_DIR)}:{node.lineno}", words(node.args[0], path)


def bare(no: ast.Call) -> bool:
    """Has it a reason and no way out beside it?"""
    return 0 < len(no.args) < 3 and "who_can" not in {keyword.arg for keyword in no.keywords}


def words(reason: ast.expr, path: Path) -> str:
    """The text, or the constant behind a name; empty for what is put together elsewhere or handed on."""
    if isinstance(reason, ast.Name) and reason.id.isupper():
        module = ".".join(path.relative_to(BASE_DIR).with_suffix("").parts)
        return str(getattr(import_module(module), reason.id))
    return ast.unparse(reason) if isinstance(reason, ast.Constant | ast.JoinedStr) else ""


def test_every_refusal_says_what_to_do_next():
    silent = {
        place: text
        for place, text in refusals()
        if text and NO_REFUSAL not in text and not ADVICE.search(NO_ADVICE.sub("", text))
    }
    assert silent == {}


@pytest.mark.parametrize(
    ("text", "advises"), [("不能批复请示。", False), ("请改正主送。", True), ("不必重复签订。", True)]
)
def test_what_counts_as_advice(text, advises):
    assert bool(ADVICE.search(NO_ADVICE.sub("", text))) == advises


def test_refusals_are_found():
    assert len(list(refusals())) > 50
