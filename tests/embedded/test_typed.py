"""What the type checker looks at, and what it relies on."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from admissions.audit.models import GuardedQuerySet
from admissions.embedded.typed import KERNEL, checked

CHECKOUT = Path(__file__).resolve().parents[2]


def deciding_modules() -> Iterator[str]:
    """Asked of Django and not of the folders: what our apps have."""
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if CHECKOUT in folder.parents and ".venv" not in folder.parts and "tests" not in folder.parts:
            for kind in ("rules", "services", "selectors"):
                found = [folder / f"{kind}.py", *(folder / kind).glob("*.py")]
                yield from (str(path.relative_to(CHECKOUT)) for path in found if path.exists())


def test_every_module_that_decides_is_checked():
    listed = checked()
    assert tuple(listed[: len(KERNEL)]) == KERNEL
    expected = {name for name in deciding_modules() if not name.startswith(KERNEL)}
    assert len(expected) > 50
    assert expected <= set(listed)


def test_modules_inside_an_app_and_of_other_first_names_are_checked():
    assert {"admissions/seasons/lifecycle/rules.py", "workgroups/meetings/emergency_rules.py"} <= set(checked())


def test_people_have_a_type():
    """`Any` would be accepted by the checker and say nothing."""
    unnamed = re.compile(r"\b(user|actor|person|reader|reviewer|assignee|acceptor|deputy): Any\b")
    files = [path for name in checked() for path in python_files(CHECKOUT / name)]
    assert len(files) > 150
    assert [str(path) for path in files if unnamed.search(path.read_text("utf-8"))] == []


def python_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def test_nothing_is_named_twice():
    """The checker refuses a module that it is given twice, as a file and inside a package."""
    listed = checked()
    assert len(listed) == len(set(listed))
    assert not [name for name in listed if name.startswith(tuple(f"{kernel}/" for kernel in KERNEL))]


def kinds_of_rows(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of_rows(below)


def test_no_two_querysets_have_the_same_name():
    """The plugin for Django makes one manager for each name: of two of the same name, one would be taken for the other."""
    ours = {kind for kind in kinds_of_rows(GuardedQuerySet) if not kind.__module__.startswith("tests")}
    names = Counter(kind.__name__ for kind in ours)
    assert len(names) > 50
    assert [name for name, times in names.items() if times > 1] == []
