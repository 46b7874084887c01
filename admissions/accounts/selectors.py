"""What the accounts know about a person: live roles and their scopes, second factor, sign-ins."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from admissions.audit.access import TrailAccess
from admissions.audit.enums import Outcome
from admissions.audit.models import Event

from .enums import Role
from .models import LoginSession, RoleGrant, User
from .permissions import ROLE_PERMISSIONS, Permission, roles_with


def live_grants(user: User) -> list[RoleGrant]:
    """The user's grants in force now; read once per user object, that is once per request."""
    if not getattr(user, "is_authenticated", False):
        return []
    cached = user.__dict__.get("_live_grants")
    if cached is None:
        cached = user.__dict__["_live_grants"] = list(RoleGrant.objects.live().filter(user=user))
    return cached


def supervises(user: User) -> bool:
    """Holds the supervisor's role somewhere; what of, the scope of the grants says."""
    return any(grant.role == Role.SUPERVISOR for grant in live_grants(user))


def is_confined_to_groups(user: User) -> bool:
    """Somebody whose every grant is for single groups, as a resident supervisor's: nothing of the others is shown."""
    return bool(live_grants(user)) and all(grant.group_id for grant in live_grants(user))


def roles_of(user: User) -> set[Role]:
    return {Role(grant.role) for grant in live_grants(user)}


def has_permission(
    user: User, permission: Permission, *, season_id: int | None = None, group_id: int | None = None
) -> bool:
    """Does a live grant of an active account carry the permission in this scope? Without scope: in any scope."""
    return getattr(user, "is_active", False) and any(
        permission in ROLE_PERMISSIONS[Role(grant.role)] and _covers(grant, season_id, group_id)
        for grant in live_grants(user)
    )


def _covers(grant: RoleGrant, season_id: int | None, group_id: int | None) -> bool:
    season_fits = grant.season_id is None or season_id is None or grant.season_id == season_id
    group_fits = grant.group_id is None or group_id is None or grant.group_id == group_id
    return season_fits and group_fits


def last_ended_grant(user: User, permission: Permission) -> RoleGrant | None:
    """The grant that carried this permission until it ended; explains a refusal to somebody who had the right."""
    if not getattr(user, "is_authenticated", False):
        return None
    known = user.__dict__.setdefault("_ended_grants", {})
    if permission not in known:
        ended = RoleGrant.objects.filter(
            user=user, role__in=roles_with(permission), period__endswith__lte=timezone.now()
        )
        known[permission] = ended.order_by("-period__endswith").first()
    return known[permission]


def trail_access_of(user: User) -> TrailAccess:
    """Audit administrators read everything; supervisors the seasons or groups of their grants."""
    if has_permission(user, Permission.READ_WHOLE_TRAIL):
        return TrailAccess(everything=True)
    grants = [grant for grant in live_grants(user) if grant.role == Role.SUPERVISOR]
    if any(grant.group_id is None and grant.season_id is None for grant in grants):
        return TrailAccess(everything=True)
    return TrailAccess(
        season_ids=frozenset(grant.season_id for grant in grants if grant.season_id and not grant.group_id),
        group_ids=frozenset(grant.group_id for grant in grants if grant.group_id),
    )


def with_second_factor(users: QuerySet) -> QuerySet:
    """Users with `has_totp`: an authenticator app is activated."""
    totp = Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return users.annotate(has_totp=Exists(totp))


def has_second_factor(user: User) -> bool:
    known = user.__dict__.get("has_totp")
    return (
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists() if known is None else known
    )


def accounts_for_list(user: User) -> QuerySet:
    """Accounts the user may see, with unit, live roles and second factor; a fixed number of queries."""
    live = Prefetch("role_grants", RoleGrant.objects.live().order_by("role"), to_attr="grants_in_force")
    return with_second_factor(User.objects.visible_to(user)).select_related("organisation").prefetch_related(live)


def grants_of(user: User) -> QuerySet:
    """All grants a person has or had, the latest first."""
    return RoleGrant.objects.filter(user=user).select_related("season", "group", "user").order_by("-id")


def live_session_of(user: User) -> LoginSession | None:
    """The session the person has open now, if it has not timed out."""
    since = timezone.now() - settings.IDLE_TIMEOUT
    return LoginSession.objects.filter(user=user, last_seen_at__gte=since).first()


def sign_ins_of(user: User, limit: int = 20) -> QuerySet:
    """The latest sign-ins, sign-outs and second-factor steps of one person."""
    return Event.objects.filter(actor_id=user.pk, outcome=Outcome.SIGN_IN).newest_first()[:limit]
