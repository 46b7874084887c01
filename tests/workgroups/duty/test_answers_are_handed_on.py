"""A rule that only asks whether the answer is yes loses on whose behalf the deputy acts."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ANSWERS = {"leads", "leads_holder", "leads_above", "held_by", "holds"}


def dropped(source: str) -> list[int]:
    """Lines where such an answer is turned into a bare truth value."""
    tests = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            tests.append(node.test)
        elif isinstance(node, ast.BoolOp):
            tests += node.values
        elif isinstance(node, ast.comprehension):
            tests += node.ifs
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            tests.append(node.operand)
        elif isinstance(node, ast.Attribute) and node.attr == "ok":
            tests.append(node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("bool", "any", "all"):
            tests += node.args
    return [test.lineno for test in tests if isinstance(test, ast.Call) and called(test) in ANSWERS]


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


@pytest.mark.parametrize(
    "source",
    [
        "if leads(user, group): pass",
        "x = a or rules.leads_holder(user, row)",
        "return_ = 1 if not leads(user, group) else 2",
        "y = leads(user, group).ok",
        "z = [row for row in rows if held_by(user, row)]",
        "w = bool(leads(user, group))",
    ],
)
def test_it_is_noticed(source):
    assert dropped(source)


def test_handing_on_is_fine():
    assert not dropped("right = first_yes(leads(user, group), may(user))\nreturn_ = right")


def test_no_rule_drops_on_whose_behalf_somebody_acts():
    packages = [
        path for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists() and path.name != "tests"
    ]
    files = [
        path
        for package in packages
        for path in package.rglob("*.py")
        if "rules" in path.stem + "/".join(path.parts[-2:-1])
    ]
    assert len(files) >= 8
    assert {f"{path.relative_to(ROOT)}:{line}" for path in files for line in dropped(path.read_text())} == set()
