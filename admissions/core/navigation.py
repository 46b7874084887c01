"""The frame around every page: navigation filtered by rights, season, to-dos, person and post."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from .todos import own_count


@dataclass(frozen=True)
class NavItem:
    """One entry of the left navigation; shown when `may_see(user)`."""

    group: str
    order: int
    label: str
    url_name: str
    icon: str
    may_see: Callable[[Any], bool] = lambda user: user.is_authenticated


GROUP_ORDER = ("工作台", "组织", "上岗", "办理", "议事", "制度与基础", "监督", "管理")
_items: list[NavItem] = []
# Upper apps put their part of the frame here: name → function(request) → value.
_frame_parts: dict[str, Callable[[HttpRequest], Any]] = {}


def register(item: NavItem) -> None:
    if item.group not in GROUP_ORDER:
        raise ValueError(f"unknown navigation group {item.group}")
    _items.append(item)


def register_frame_part(name: str, provide: Callable[[HttpRequest], Any]) -> None:
    """Known names: `current_season`, `seasons`, `stage_clock`, `person_post`, `emergency`."""
    _frame_parts[name] = provide


def frame_part(request: HttpRequest, name: str) -> Any:
    """One part of the frame, asked for once per request; None when nobody provides it."""
    found = request.__dict__.setdefault("frame_parts", {})
    if name not in found:
        found[name] = _frame_parts[name](request) if name in _frame_parts else None
    return found[name]


def nav_groups(user: Any, path: str) -> list[dict[str, Any]]:
    """Groups in their fixed order, each with the items the user may see; the longest matching path is current."""
    visible = [(item, _address(item.url_name)) for item in sorted(_items, key=lambda i: i.order) if item.may_see(user)]
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
    if not hasattr(request, "page_frame"):
        request.page_frame = _frame(request)
    return request.page_frame


def _frame(request: HttpRequest) -> dict[str, Any]:
    empty = {"nav_groups": [], "todo_count": 0, "current_season": None, "seasons": [], "stage_clock": None}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.headers.get("HX-Request"):
        return empty
    parts = {name: frame_part(request, name) for name in _frame_parts}
    return {
        **empty,
        "nav_groups": nav_groups(user, request.path),
        "todo_count": own_count(user),
        "person_post": "",
        **parts,
    }
