"""`python -m admissions.embedded.contracts`: write the import contracts into pyproject.toml, from the declarations and the folders.

Between capabilities the order is what `stands_on` says. Inside one it is that of the kinds of module; a module with a
name of its own lies as low as what it imports allows. Every module has its place: what fits nowhere is named in KNOWN.
"""

import os
import sys
from collections.abc import Iterable

import django
import grimp

from admissions.house.collection import declared, floors

from .check import SHAPE
from .places import CHECKOUT

BEGIN = "# Made by `python -m admissions.embedded.contracts`; whatever is changed by hand below is lost.\n"
ROOTS = ("admissions", "workgroups", "discipline", "publicity")
# The kinds of module, from the ground upward; those of one line may know one another.
KINDS = (
    ("enums",),
    ("models",),
    ("guards", "selectors"),
    ("rules",),
    ("services",),
    ("tasks",),
    ("forms", "tables", "filters"),
    ("views",),
    ("urls",),
    ("capability",),
)
# Plumbing of Django that is no part of the order, and rooms inside an older capability that have their own.
APART = (
    "admin", "admin_config", "admin_site", "apps", "demo", "demonstration", "management", "migrations",
    "login_urls", "public_urls", "switch_urls",
    "batches", "calendar", "deadlines", "institutions", "lifecycle", "imports", "break_glass",
)  # fmt: skip
# What lies in a folder of capabilities and is none: above all of them, or below all of them.
ABOVE = ("admissions.urls", "admissions.demo")
BELOW = ("admissions.house", "admissions.core")
# (importer, imported, why it stands): each is a debt, and the number is watched by a test.
KNOWN = (
    ("discipline.desk.selectors", "discipline.desk.rules", "to-dos of reviews ask who may review"),
    ("workgroups.duty.selectors", "workgroups.duty.rules", "whether a deputy is fit is asked at every look"),
    ("workgroups.meetings.selectors", "workgroups.meetings.rules", "to-dos and rolls ask the rule of each act"),
    ("workgroups.meetings.selectors", "workgroups.meetings.emergency_rules", "to-dos ask the rule of each act"),
    (
        "workgroups.meetings.selectors",
        "workgroups.meetings.resolution_grounds",
        "acts without decision are counted as to-dos",
    ),
)


def contracts(capabilities: Iterable[tuple[str, str, tuple[str, ...]]]) -> str:
    """The text of the contracts; each capability is (code, package, codes it stands on)."""
    found = list(capabilities)
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    return (
        BEGIN
        + _head()
        + _between(found)
        + "".join(_inside(package, graph) for package in sorted(package for _, package, _ in found))
    )


def _head() -> str:
    return f"[tool.importlinter]\nroot_packages = {_list(ROOTS)}\ninclude_external_packages = false\n"


def _between(found: list[tuple[str, str, tuple[str, ...]]]) -> str:
    package_of = {code: package for code, package, _ in found}
    rows = floors({code: below for code, _, below in found})
    layers = [*ABOVE, *(" | ".join(sorted(package_of[code] for code in row)) for row in reversed(rows)), *BELOW]
    return _contract("What stands on what: `stands_on` of each capability.py", layers=layers)


def _inside(package: str, graph: grimp.ImportGraph) -> str:
    layers = [" : ".join(names) for names in reversed(placed(package, graph)) if names]
    ignored = [f"{importer} -> {imported}" for importer, imported, _ in KNOWN if importer.startswith(f"{package}.")]
    apart = sorted({child.rsplit(".", 1)[1] for child in graph.find_children(package)} & set(APART))
    more: dict[str, object] = {"exhaustive_ignores": apart} if apart else {}
    more |= {"ignore_imports": ignored} if ignored else {}
    return _contract(f"Inside {package}", containers=[package], layers=layers, exhaustive=True, **more)


def placed(package: str, graph: grimp.ImportGraph) -> list[list[str]]:
    """The modules of a capability on the floors of KINDS; those with names of their own as low as their imports allow."""
    names = {child.rsplit(".", 1)[1] for child in graph.find_children(package)} - set(APART)
    floor_of = {name: level for level, kind in enumerate(KINDS) for name in kind}
    own = {name: 0 for name in names if name not in floor_of}
    edges = [edge for edge in _imports(package, graph) if edge[0] in own]
    moved = True
    while moved:
        moved = False
        for importer, imported in edges:
            level = floor_of.get(imported, own.get(imported, 0))
            if level > own[importer]:
                own[importer], moved = level, True
    return [
        [*(name for name in kind if name in names), *sorted(name for name in own if own[name] == level)]
        for level, kind in enumerate(KINDS)
    ]


def _imports(package: str, graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Which child of the package imports which, by their names."""
    inside = sorted(graph.find_children(package))
    return [
        (one.rsplit(".", 1)[1], other.rsplit(".", 1)[1])
        for one in inside
        for other in inside
        if one != other and graph.direct_import_exists(importer=one, imported=other, as_packages=True)
    ]


def _contract(name: str, **options: object) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in options.items()]
    return "\n".join(["", "[[tool.importlinter.contracts]]", f'name = "{name}"', 'type = "layers"', *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[\n" + "".join(f'    "{one}",\n' for one in value) + "]"


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in values) + "]"


def from_the_house() -> str:
    """Asks the declarations of the running project."""
    return contracts((one.capability.code, one.package, tuple(one.capability.stands_on)) for one in declared())


def written(text: str) -> str:
    """pyproject.toml with these contracts at its end."""
    before = (CHECKOUT / "pyproject.toml").read_text().split(BEGIN)[0]
    return before + text


def main() -> int:
    os.environ.update({**SHAPE, "DJANGO_SETTINGS_MODULE": "admissions.settings.test"})
    django.setup()
    (CHECKOUT / "pyproject.toml").write_text(written(from_the_house()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
