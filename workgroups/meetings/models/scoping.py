"""Who sees a meeting, and what of it is withheld."""

from typing import Any

from django.db.models import Q

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, live_grants
from admissions.audit.models import AuditedQuerySet
from workgroups.groups.models import groups_in_scope, groups_opened

SEES_ALL = (Permission.RUN_MEETINGS, Permission.READ_WHOLE_TRAIL)
# What an item can name: who is recused from it is recused from everything said about it.
NAMED_BY_ITEM = {
    "person": "item__subject_person_id",
    "institution": "item__institution_id",
    "candidate": "item__candidate_digest",
}


def sees_all_meetings(user: Any) -> bool:
    return any(has_permission(user, permission) for permission in SEES_ALL)


def supervises(user: Any) -> bool:
    return any(grant.role == Role.SUPERVISOR for grant in live_grants(user))


def groups_supervised(user: Any, path: str) -> Q:
    """Rows of the groups somebody supervises; none for who is no supervisor, all for who supervises the whole."""
    nothing = Q(pk__in=[])
    return (groups_in_scope(user, path) or ~nothing) if supervises(user) else nothing


def groups_read(user: Any, path: str) -> Q:
    """Rows of the groups somebody supervises or, for the moment, reads by an emergency access; no right to act."""
    return groups_supervised(user, path) | groups_opened(user, path)


class OfMeetingQuerySet(AuditedQuerySet):
    """Rows of a meeting: for who is on its roll, who runs meetings, and who supervises its group."""

    meeting_path = "meeting__"

    def in_scope_of(self, user: Any) -> "OfMeetingQuerySet":
        if sees_all_meetings(user):
            return self
        path = self.meeting_path
        found = Q(**{f"{path}seats__person": user, f"{path}convened_at__isnull": False})
        found |= groups_read(user, f"{path}group")
        return self.filter(pk__in=self.model._base_manager.filter(found).values("pk"))


class OfItemQuerySet(AuditedQuerySet):
    """Rows of an item: withheld from whoever is recused from the item, before, during and after the meeting."""

    item_path = "item__"

    def in_scope_of(self, user: Any) -> "OfItemQuerySet":
        if sees_all_meetings(user):
            return self
        path = self.item_path
        found = Q(**{f"{path}proposer": user}) | Q(**{f"{path}presenter": user})
        found |= Q(**{f"{path}meeting__seats__person": user, f"{path}meeting__convened_at__isnull": False})
        found |= Q(**{f"{path}reconsiders__meeting__seats__person": user})
        found |= groups_read(user, f"{path}group")
        return self.filter(pk__in=self.model._base_manager.filter(found).values("pk"))

    def without_recused(self, user: Any) -> "OfItemQuerySet":
        return super().without_recused(user).exclude(**{f"{self.item_path}recusals__person": user})
