"""The frame around every page: navigation filtered by rights, season, to-dos, person and post."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from .capability import Slot
from .people import Visitor
from .todos import own_count


@dataclass(frozen=True)
class NavItem:
    """One entry of the left navigation; shown when `may_see(user)`."""

    group: str
    order: int
    label: str
    url_name: str
    icon: str
    may_see: Callable[[Visitor], bool]

    def __post_init__(self) -> None:
        if self.group not in GROUP_ORDER:
            raise ValueError(f"unknown navigation group {self.group}")


@dataclass(frozen=True)
class FramePart:
    """What the frame around every page shows: `provide(request)`; the templates know the name.

    Known names: `current_season`, `seasons`, `stage_clock`, `person_post`, `break_glass`.
    """

    name: str
    provide: Callable[[HttpRequest], Any]


def everybody(user: Visitor) -> bool:
    """Whoever is signed in; what a page shows is decided row by row."""
    return user.is_authenticated


GROUP_ORDER = ("工作台", "组织", "上岗", "办理", "议事", "制度与基础", "监督", "管理")
MENU: Slot[NavItem] = Slot("menu", NavItem)
FRAME: Slot[FramePart] = Slot("frame", FramePart)


def frame_part(request: HttpRequest, name: str) -> Any:
    """One part of the frame, asked for once per request; None when nobody provides it."""
    found = request.__dict__.setdefault("frame_parts", {})
    if name not in found:
        found[name] = next((part.provide(request) for part in FRAME if part.name == name), None)
    return found[name]


def nav_groups(user: Visitor, path: str) -> list[dict[str, Any]]:
    """Groups in their fixed order, each with the items the user may see; the longest matching path is current."""
    visible = [(item, _address(item.url_name)) for item in sorted(MENU, key=lambda i: i.order) if item.may_see(user)]
    current = max((url for _, url in visible if _covers(url, path)), key=len, default="")
    groups = []
    for label in GROUP_ORDER:
        items = [
            {"label": item.label, "url": url, "icon": item.icon, "is_current": url == current, "badge": ""}
            for item, url in visible
            if item.group == label
        ]
        if items:
            groups.append({"label": label, "items": items})
    return groups


@cache
def _address(url_name: str) -> str:
    return reverse(url_name)


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor, worked out once per request (tables render in a context of their own); empty for strangers."""
    known = request.__dict__
    if "page_frame" not in known:
        known["page_frame"] = _frame(request)
    return known["page_frame"]


def _frame(request: HttpRequest) -> dict[str, Any]:
    empty = {"nav_groups": [], "todo_count": 0, "current_season": None, "seasons": [], "stage_clock": None}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.headers.get("HX-Request"):
        return empty
    parts = {part.name: frame_part(request, part.name) for part in FRAME}
    return {
        **empty,
        "nav_groups": nav_groups(user, request.path),
        "todo_count": own_count(user),
        "person_post": "",
        **parts,
    }
