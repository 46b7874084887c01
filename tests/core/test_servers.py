"""What CI repeats on external servers is found by itself; here it is read from the text of the tests once more."""

import ast
from pathlib import Path

import pytest

from tests.plugins.servers import APART, FIXTURES, SPEAKS, needs_a_server

TESTS = Path(__file__).resolve().parents[1]
FOLDERS_APART = ("browser", "bench", "plugins", "factories", "moved")


def outside_a_transaction():
    """(module, function) of every test that says `transaction=True` itself or takes a raw connection."""
    for path in TESTS.rglob("test_*.py"):
        if path.relative_to(TESTS).parts[0] in FOLDERS_APART:
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            if "transaction=True" in marks or FIXTURES & {argument.arg for argument in node.args.args}:
                yield str(path.relative_to(TESTS.parent)), node.name


def test_all_of_them_are_found(request):
    """Of those collected in this run; walks through the whole program are left out on purpose."""
    wanted = set(outside_a_transaction())
    assert len(wanted) > 40
    missed = {
        item.nodeid
        for item in request.session.items
        if (item.nodeid.split("::")[0], getattr(item, "originalname", "")) in wanted
        and not any(item.get_closest_marker(name) for name in APART)
        and not needs_a_server(item)
    }
    assert missed == set()


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("with connection.cursor() as cursor:", True),
        ("with pytest.raises(IntegrityError):", True),
        ("results = together(first, second)", True),
        ("assert client.get(address).status_code == 200", False),
        ("redistribute(posts)", False),
    ],
)
def test_what_speaks_to_a_server(text, speaks):
    assert bool(SPEAKS.search(text)) is speaks
