"""Who may read of a break-glass access, and the report of what was done during one."""

from django.db.models import Q

from admissions.accounts.enums import Role
from admissions.accounts.selectors import live_grants, trail_access_of
from admissions.audit.access import TrailAccess
from admissions.audit.models import Event, EventQuerySet

from ..models import User
from .models import BreakGlassAccess
from .running_access import opened_groups, opened_seasons


def trail_access_with_break_glass(user: User) -> TrailAccess:
    """What the grants let somebody read, and what a running break-glass access opens besides."""
    access = trail_access_of(user)
    return TrailAccess(
        everything=access.everything,
        season_ids=access.season_ids | opened_seasons(user),
        group_ids=access.group_ids | opened_groups(user),
    )


def supervises_all_of(user: User, access: BreakGlassAccess) -> bool:
    """A supervisor who may read everything the access opened: a whole season is not reviewed by one group's supervisor."""
    return any(
        grant.role == Role.SUPERVISOR
        and grant.season_id in (None, access.season_id)
        and grant.group_id in (None, access.group_id)
        for grant in live_grants(user)
    )


def acts_during(access: BreakGlassAccess) -> EventQuerySet:
    """Everything the person did, read or was refused while the access lasted."""
    events = Event.objects.filter(actor_id=access.person_id)
    return events.filter(at__gte=access.period.lower, at__lt=access.ends_at or access.period.lower)


def report_for(user: User, access: BreakGlassAccess) -> EventQuerySet:
    """Of these acts what the reader may know: those of the own scope and those that belong to no season or group."""
    rows = acts_during(access)
    seen = Event.objects.visible_to(user).filter(actor_id=access.person_id).values("pk")
    homeless = Q(season_id__isnull=True, group_id__isnull=True)
    return rows.filter(Q(pk__in=seen) | homeless).without_recused(user).newest_first()
