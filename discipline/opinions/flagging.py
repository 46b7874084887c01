"""The mark beside each entry of the trail."""

from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.models import Event

NO_EVENT = UUID(int=0)


def flag_link(user: Any, event: Event) -> tuple[str, str] | None:
    """Supervisors mark what they doubt."""
    if not has_permission(user, Permission.SUPERVISE):
        return None
    return "标记", _flag_address().replace(str(NO_EVENT), str(event.pk))


@cache
def _flag_address() -> str:
    """Resolved once: fifty rows of a page need fifty addresses."""
    return reverse("opinions:flag-raise", args=[NO_EVENT])
