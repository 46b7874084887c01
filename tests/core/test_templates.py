"""What holds for every template: it compiles, keeps to the strict CSP, and draws icons that exist."""

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from admissions.core import navigation
from admissions.core.templatetags import ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "foreign address": re.compile(r"(?:src|href)\s*=\s*[\"']\s*(?:https?:)?//", re.I),
    "comment over several lines": re.compile(r"\{#(?:(?!#\}).)*$", re.M),
}


def source(name: str) -> str:
    return (ROOT / "templates" / name).read_text(encoding="utf-8")


def sprite_icons() -> set[str]:
    text = (ROOT / "static" / ui.SPRITE).read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([^"]+)"', text))


def named_icons() -> set[str]:
    found = set()
    for name in TEMPLATES:
        found |= set(re.findall(r"\{%\s*icon\s+\"([^\"]+)\"", source(name)))
    for package in ("admissions", "workgroups", "discipline", "publicity"):
        for path in (ROOT / package).rglob("*.py"):
            found |= icons_in_code(ast.parse(path.read_text(encoding="utf-8")))
    return found - {""}


def icons_in_code(tree: ast.AST) -> set[str]:
    """Literal icons handed to PageAction (fourth) and NavItem (fifth argument), by place or by name."""
    place = {"PageAction": 3, "NavItem": 4}
    found = set()
    for call in ast.walk(tree):
        name = getattr(getattr(call, "func", None), "id", "") if isinstance(call, ast.Call) else ""
        if name in place:
            given = [keyword.value for keyword in call.keywords if keyword.arg == "icon"]
            given += call.args[place[name] : place[name] + 1]
            found |= {node.value for node in given if isinstance(node, ast.Constant)}
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_keeps_to_the_policy(name):
    text = re.sub(r"\{%.*?%\}", "", source(name))
    found = {what: pattern.findall(text) for what, pattern in FORBIDDEN.items()}
    assert {what: hits for what, hits in found.items() if hits} == {}


def test_every_icon_named_is_in_the_sprite():
    assert named_icons() - sprite_icons() == set()


def test_every_navigation_icon_is_in_the_sprite():
    assert {item.icon for item in navigation.MENU} - sprite_icons() == set()


def test_every_tone_icon_is_in_the_sprite():
    assert set(ui.TONE_ICONS.values()) <= sprite_icons()
