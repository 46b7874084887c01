"""A change is put into the living function: the program is loaded once, a forked process changes it for itself. No file is touched."""

import gc
import os
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutants.changes import ROOT, Change

Place = tuple[str, str, int]


def living_functions(changes: list[Change]) -> dict[Place, list[FunctionType]]:
    """All there are, by file, qualified name and first line; those that a decorator hides as well.

    The changed modules are loaded first: pages load many only when the first address is asked for.
    """
    for change in changes:
        import_module(".".join(Path(change.path).with_suffix("").parts).removesuffix(".__init__"))
    gc.unfreeze()
    found: dict[Place, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            found[_place(one.__code__)].append(one)
    gc.freeze()
    return found


def swap(change: Change, living: dict[Place, list[FunctionType]]) -> None:
    changed = changed_function(change)
    functions = living[_place(changed)]
    assert functions, f"{change}: nobody has loaded {changed.co_qualname}"
    for function in functions:
        function.__code__ = changed


def changed_function(change: Change) -> CodeType:
    """The function of the module, or of a class in it, that the change is in."""
    whole = compile(change.text, str(ROOT / change.path), "exec", dont_inherit=True)
    before = [code for code in _functions(whole) if code.co_firstlineno <= change.line]
    return max(before, key=lambda code: code.co_firstlineno)


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Those written directly in a module and in its classes."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and not inner.co_flags & CO_OPTIMIZED:
            yield from _functions(inner)
        elif isinstance(inner, CodeType) and not inner.co_name.startswith("<"):
            yield inner


def _place(code: CodeType) -> Place:
    return os.path.realpath(code.co_filename), code.co_qualname, code.co_firstlineno
