"""The moment the house is closed: declarations are collected, judged, and handed to those who ask."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

from .collection import close, declared, fill_slots
from .discovery import find, load_commands
from .subjects import subjects_are_named


def open_house() -> None:
    """Called once, when every app is ready.  Refuses to start where an answer is missing, and says which."""
    close(find())
    fill_slots(declared())
    for one in declared():
        load_commands(one.package)
    subjects_are_named(declared())
    _addresses_are_mounted()


def _addresses_are_mounted() -> None:
    """A `urls.py` that nobody mounts is a set of pages nobody can open."""
    for one in declared():
        mounted = {mount.module for mount in one.capability.urls}
        own = f"{one.package}.urls"
        if find_spec(own) is not None and own not in mounted:
            raise ImproperlyConfigured(f"{one.package}: `urls` does not mount {own}")
