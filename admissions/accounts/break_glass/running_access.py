"""What a running break-glass access opens to its person; asked by every queryset that may be widened by one."""

from typing import Any

from admissions.accounts.enums import ADMINISTRATORS
from admissions.accounts.selectors import roles_of

from .models import BreakGlassAccess


def running_access(user: Any) -> BreakGlassAccess | None:
    """The user's access in force now; read once per user object, that is once per request.

    Whoever became one of the three administrators meanwhile reads nothing by it.
    """
    if not getattr(user, "is_authenticated", False) or roles_of(user) & set(ADMINISTRATORS):
        return None
    if "_break_glass" not in user.__dict__:
        rows = BreakGlassAccess.objects.running().filter(person_id=user.pk).select_related("season", "group")
        user.__dict__["_break_glass"] = rows.first()
    return user.__dict__["_break_glass"]


def opened_groups(user: Any) -> frozenset[int]:
    access = running_access(user)
    return frozenset({access.group_id}) if access and access.group_id else frozenset()


def opened_seasons(user: Any) -> frozenset[int]:
    """Seasons opened as a whole."""
    access = running_access(user)
    return frozenset({access.season_id}) if access and not access.group_id else frozenset()


def season_of_access(user: Any) -> int | None:
    """The season the access lies in, whether it opens all of it or one group."""
    access = running_access(user)
    return access.season_id if access else None
