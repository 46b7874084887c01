"""Which tests are run against a change, and in which order."""

import re
from pathlib import Path

from tests.mutants.changes import ROOT, Change

# Calls every command as somebody without any right.
STRANGERS = "tests/audit/test_stranger_walk.py"


def mirrored(path: str) -> str:
    """The tests' folder that mirrors the package, the nearest that has tests."""
    parts = Path(path).parent.parts
    wanted = parts[1:] if parts[0] == "admissions" else parts
    while not any((ROOT / "tests").joinpath(*wanted).rglob("test_*.py")):
        wanted = wanted[:-1]
    return "/".join(("tests", *wanted))


def near_and_far(change: Change) -> tuple[list[str], list[str]]:
    """All files of the mirrored folder: those that speak of the changed function or test rules when it is one; and the others."""
    names = re.compile(rf"\b({'|'.join(map(re.escape, change.functions()))})\b")
    files = sorted((ROOT / mirrored(change.path)).rglob("test_*.py"))
    near = [path for path in files if names.search(path.read_text())]
    if "rules" in Path(change.path).stem:
        first = [path for path in files if path.name.startswith("test_rule")]
        near = [*first, *(path for path in near if path not in first)]
    far = [path for path in files if path not in near]
    strangers = [STRANGERS] if change.kind == "question dropped" else []
    return _names(near or far), [*_names(far if near else []), *strangers]


def _names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]
