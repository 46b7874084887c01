"""Who sees a meeting, and what of it is withheld."""

from typing import Any

from django.db.models import Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, supervises
from admissions.audit.models import AuditedQuerySet
from workgroups.groups.models import groups_in_scope, groups_opened

from ..enums import SeatKind

SEES_ALL = (Permission.RUN_MEETINGS, Permission.READ_WHOLE_TRAIL)
# Who sits at the table or records; a guest looks at the meeting by sight that was given (`sights`).
AT_THE_TABLE = tuple(kind for kind in SeatKind if kind != SeatKind.OBSERVER)
# What an item can name, and the item: who is recused from it is recused from everything said about it.
NAMED_BY_ITEM = {
    "person": "item__subject_person_id",
    "institution": "item__institution_id",
    "candidate": "item__candidate_digest",
    "item": "item_id",
}


def sees_all_meetings(user: Any) -> bool:
    return any(has_permission(user, permission) for permission in SEES_ALL)


def groups_supervised(user: Any, path: str) -> Q:
    """Rows of the groups somebody supervises; none for who is no supervisor, all for who supervises the whole."""
    nothing = Q(pk__in=[])
    return (groups_in_scope(user, path) or ~nothing) if supervises(user) else nothing


def groups_read(user: Any, path: str) -> Q:
    """Rows of the groups somebody supervises or, for the moment, reads by a break-glass access; no right to act."""
    return groups_supervised(user, path) | groups_opened(user, path)


def on_the_roll(user: Any, path: str) -> Q:
    return Q(**{f"{path}seats__person": user, f"{path}seats__kind__in": AT_THE_TABLE})


class OfMeetingQuerySet(AuditedQuerySet):
    """Rows of a meeting: for who has a seat at its table, who runs meetings, and who supervises its group."""

    meeting_path = "meeting__"

    def in_scope_of(self, user: Any) -> "OfMeetingQuerySet":
        if sees_all_meetings(user):
            return self
        path = self.meeting_path
        found = on_the_roll(user, path) & Q(**{f"{path}convened_at__isnull": False})
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
        found |= on_the_roll(user, f"{path}meeting__") & Q(**{f"{path}meeting__convened_at__isnull": False})
        found |= on_the_roll(user, f"{path}deliberations__meeting__") & Q(
            **{f"{path}deliberations__meeting__convened_at__isnull": False}
        )
        found |= on_the_roll(user, f"{path}reconsiders__meeting__")
        found |= groups_read(user, f"{path}group")
        return self.filter(pk__in=self.model._base_manager.filter(found).values("pk"))
