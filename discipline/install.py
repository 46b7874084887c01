"""What supervision hangs into the kernel: navigation, to-dos, and the mark beside each entry of the trail."""

from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit import links
from admissions.audit.models import Event
from admissions.core import navigation, todos
from workgroups.install import works_here

from . import archiving
from .desk.rules import can_review_reading
from .desk.selectors import desk_todos
from .opinions.todos import opinion_todos

NO_EVENT = UUID(int=0)


def install() -> None:
    archiving.install()
    todos.register(opinion_todos)
    links.register(flag_link)
    item = navigation.NavItem
    todos.register(desk_todos)
    navigation.register(item("监督", 1, "监督工作台", "discipline:desk", "shield-check", supervises))
    navigation.register(item("监督", 50, "查阅复核", "discipline:readings", "eye", reviews_reading))
    navigation.register(item("监督", 5, "监督意见", "discipline:opinions", "speakerphone", works_here))


def supervises(user: Any) -> bool:
    return has_permission(user, Permission.SUPERVISE)


def reviews_reading(user: Any) -> bool:
    return can_review_reading(user).ok


def flag_link(user: Any, event: Event) -> tuple[str, str] | None:
    """Supervisors mark what they doubt."""
    if not has_permission(user, Permission.SUPERVISE):
        return None
    return "标记", _flag_address().replace(str(NO_EVENT), str(event.pk))


@cache
def _flag_address() -> str:
    """Resolved once: fifty rows of a page need fifty addresses."""
    return reverse("discipline:flag-raise", args=[NO_EVENT])
