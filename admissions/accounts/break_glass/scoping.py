"""Who may read of a break-glass access. Below the accounts' models, so it asks for grants through the person."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import ROLE_PERMISSIONS, Permission

SEES_ALL = {Permission.GRANT_ROLES, Permission.READ_WHOLE_TRAIL}


def readable_by(user: Any, path: str = "") -> Q:
    """Rows whose access, at `path`, the user may read: own ones, all, or those of the scope supervised."""
    found = Q(**{f"{path}person": user})
    for grant in user.role_grants.filter(period__contains=timezone.now()) if user.is_active else ():
        if SEES_ALL & ROLE_PERMISSIONS[Role(grant.role)]:
            return Q(pk__isnull=False)
        if grant.role == Role.SUPERVISOR:
            found |= _within(grant, path)
    return found


def _within(grant: Any, path: str) -> Q:
    limits = {"season_id": grant.season_id, "group_id": grant.group_id}
    named = {f"{path}{name}": value for name, value in limits.items() if value}
    return Q(**named) if named else Q(pk__isnull=False)
