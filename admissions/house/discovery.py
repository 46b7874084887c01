"""Finding the declarations, as Django finds `admin.py`: one `capability.py` in each package that does work."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured

from .collection import Declared
from .questions import Capability

MODULE, NAME = "capability", "CAPABILITY"
# What asks the questions answers none, and the demonstration shows all the others.
ASKS = ("admissions.core", "admissions.house", "admissions.demo")
# Where other people's packages lie.
ELSEWHERE = {"site-packages", "dist-packages"}
# A package that has one of these does work for which it answers.
WORK = ("models", "rules", "services", "views", "urls")
# How a command begins.
DEFINES = b"\n@command("


def find() -> Iterator[Declared]:
    """Every declaration of the project.  Refuses: a package of the project that has none."""
    for package in working_packages():
        yield Declared(package, declaration_of(package))


def working_packages() -> Iterator[str]:
    """The project's apps; an app that is only a folder of capabilities gives way to those."""
    for config in project_apps():
        if config.name in ASKS:
            continue
        rooms = [room for room in _rooms(config.name) if _has(room, MODULE)]
        if _has(config.name, MODULE) or not rooms:
            yield config.name
        else:
            yield from _capabilities_in(config.name)


def project_apps() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if ELSEWHERE.isdisjoint(Path(config.path).parts)]


def declaration_of(package: str) -> Capability:
    if not _has(package, MODULE):
        raise ImproperlyConfigured(
            f"{package} has no {MODULE}.py: say there what it owes to the house (docs/adding-a-capability.md)"
        )
    try:
        found = getattr(import_module(f"{package}.{MODULE}"), NAME, None)
    except TypeError as error:  # a question left out: Python names it
        raise ImproperlyConfigured(f"{package}: its capability.py leaves a question out: {error}") from error
    if not isinstance(found, Capability):
        raise ImproperlyConfigured(f"{package}: its capability.py has no {NAME} = Capability(…)")
    return found


def load_commands(package: str) -> None:
    """Import whatever defines commands, wherever in the package it stands: they register themselves. A worker has no pages
    that would have imported them, and would know nothing of a command's weight or of whom it checks.
    """
    for folder in getattr(find_spec(package), "submodule_search_locations", None) or []:
        for path in sorted(Path(folder).rglob("*.py")):
            if DEFINES in path.read_bytes():
                import_module(".".join((package, *path.relative_to(folder).with_suffix("").parts)))


def _capabilities_in(folder: str) -> Iterator[str]:
    for room in _rooms(folder):
        if _has(room, MODULE) or any(_has(room, kind) for kind in WORK):
            yield room


def _rooms(folder: str) -> list[str]:
    spec = find_spec(folder)
    places = spec.submodule_search_locations if spec else None
    return [f"{folder}.{module.name}" for module in iter_modules(places or []) if module.ispkg]


def _has(package: str, module: str) -> bool:
    return find_spec(f"{package}.{module}") is not None
