"""Names of addresses: each is written whole, each exists, none says its app's name, none says another app's word."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("admissions", "workgroups", "discipline", "publicity", "templates", "tests")
WHOLE = re.compile(r"""(?<![\w:.])["']([a-z]+:[a-z](?:[a-z0-9-]*[a-z0-9])?)["']""")
TOGETHER = re.compile(r"""f["']([a-z]+):[a-z-]*\{|["']([a-z]+):(?:[a-z-]*-)?["']\s*(?:\+|%|~|\|add)""")


def walked(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walked(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield prefix + entry.name


NAMES = set(walked(get_resolver()))
SPACES = {name.split(":")[0] for name in NAMES if ":" in name}


def sources():
    for folder in FOLDERS:
        for pattern in ("*.py", "*.html"):
            yield from (ROOT / folder).rglob(pattern)


def found(pattern):
    return [
        (path.relative_to(ROOT).as_posix(), next(filter(None, match.groups())))
        for path in sources()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


def test_every_name_that_is_written_exists():
    written = [(path, name) for path, name in found(WHOLE) if name.split(":")[0] in SPACES]
    assert len(written) > 500
    assert [(path, name) for path, name in written if name not in NAMES] == []


def test_no_name_is_put_together():
    """A table of whole names can be checked; a stem and an ending cannot, and fail only when somebody opens the page."""
    assert [(path, space) for path, space in found(TOGETHER) if space in SPACES - {"admin"}] == []


@pytest.mark.parametrize("name", sorted(name for name in NAMES if ":" in name and not name.startswith("admin:")))
def test_a_name_says_neither_its_own_app_nor_another(name):
    space, bare = name.split(":")
    others = {config.label for config in apps.get_app_configs() if config.label in SPACES}
    assert bare not in others, "the word is another app's"
    assert bare.split("-")[0] not in {space, space.removesuffix("s")}, "the namespace says it already"
