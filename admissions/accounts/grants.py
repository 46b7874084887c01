"""Commands on dated role grants."""

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.core.citations import cite

from . import rules
from .enums import FAMILY_OF, Role
from .models import RoleGrant, User

READ_LATER = Exempt("a right is given and ended by its own dates; after the season people read and account for it")
explain_constraint(
    "rolegrant_one_family",
    "同一人在同一时间不能兼任不同类别的角色：系统、安全、审计三员分立，监督与业务分开。请刷新页面后核对其现有授权。",
)
explain_constraint("rolegrant_no_repeat", "此人在这段时间已有相同范围的同一角色，不必重复授权。")


@command("grant.give", "授予角色", clause=cite("dengbao-8-1-5"), weight=Weight.DECISIVE, after_season=READ_LATER)
def grant_role(
    *,
    actor: Any,
    reason: str,
    account: User,
    role: str,
    basis: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    season: Any = None,
    group: Any = None,
) -> RoleGrant:
    """Grant a role for a period, in a scope, on a basis; it ends by itself.

    Refuses: actor is not a security administrator or grants to themselves; the account is not active;
    backdated; another family of roles at the same time; the same role twice.
    Effects: none beyond the record.  Clause: GB/T 22239-2019 8.1.5.
    """
    account = lock(account)
    starts_at = starts_at or timezone.now()
    rules.can_grant_role(actor, account, Role(role), starts_at, ends_at, season, group).require()
    grant = new_grant(account, Role(role), starts_at, ends_at, basis, season, group)
    grant.full_clean()
    grant.save()
    return grant


def new_grant(
    account: User,
    role: Role,
    starts_at: datetime,
    ends_at: datetime | None,
    basis: str,
    season: Any = None,
    group: Any = None,
) -> RoleGrant:
    period = DateTimeTZRange(starts_at, ends_at)
    return RoleGrant(
        user=account, role=role, family=FAMILY_OF[role], period=period, basis=basis, season=season, group=group
    )


@command("grant.revoke", "撤销角色", clause=cite("dengbao-8-1-5"), weight=Weight.DECISIVE, after_season=READ_LATER)
def revoke_role(*, actor: Any, reason: str, grant: RoleGrant) -> RoleGrant:
    """End a grant now; one that has not begun never begins.

    Refuses: actor is not a security administrator or revokes their own; ended already;
    the last security administrator without an end date.
    Effects: the right is gone with the person's next request.  Clause: GB/T 22239-2019 8.1.5.
    """
    hold_security_grants()
    grant = lock(grant)
    rules.can_revoke_role(actor, grant).require()
    _end(grant)
    grant.full_clean()
    grant.save()
    return grant


def end_grants(account: User) -> None:
    """Inside a command: every grant of the account that has not ended ends now."""
    moment = timezone.now()
    for grant in RoleGrant.objects.select_for_update().filter(user=account).exclude(period__isempty=True):
        if grant.period.upper is None or grant.period.upper > moment:
            _end(grant)
            grant.save()


def hold_security_grants() -> None:
    """Two security administrators who remove each other at the same moment wait for one another here."""
    grants = RoleGrant.objects.live().filter(role=Role.SECURITY_ADMIN).order_by("pk")
    list(grants.select_for_update().values_list("pk", flat=True))


def _end(grant: RoleGrant) -> None:
    moment = max(timezone.now(), grant.period.lower)
    grant.period = DateTimeTZRange(grant.period.lower, moment)
