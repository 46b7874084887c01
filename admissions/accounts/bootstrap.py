"""The very first administrators: before them nobody could grant anything to anybody."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from admissions.audit.commands import machine_action
from admissions.core.decision import Refused

from .enums import ADMINISTRATORS, Role
from .grants import new_grant
from .models import RoleGrant, User
from .rules import THREE_ADMINS
from .services import save_new_account

BASIS = "系统初始化：首任三员"


@dataclass(frozen=True)
class FirstAdministrator:
    """Who the person is, and the password they must change at the first sign-in."""

    username: str
    name: str
    password: str


def bootstrap_admins(people: dict[Role, FirstAdministrator]) -> list[User]:
    """Create one system, one security and one audit administrator, three different people.

    Refuses: an administrator exists already; a role is missing; two roles for one person.
    Effects: one event of the system itself; everything later is done by the security administrator.
    """
    if set(people) != set(ADMINISTRATORS):
        raise Refused("须同时指定系统、安全、审计三类管理员各一人。", clause=THREE_ADMINS)
    if len({person.username for person in people.values()}) < 3 or len({p.name for p in people.values()}) < 3:
        raise Refused("三类管理员须由三个不同的人担任。", clause=THREE_ADMINS)
    with machine_action("account.bootstrap", "建立首任管理员", BASIS):
        if RoleGrant.objects.live().filter(role__in=ADMINISTRATORS).exists():
            raise Refused("系统已有管理员，不能再次初始化。", who_can="请由现任安全管理员建立账号并授权。")
        return [_create(role, person) for role, person in people.items()]


def _create(role: Role, person: FirstAdministrator) -> User:
    account = User(username=person.username, name=person.name)
    validate_password(person.password, account)
    save_new_account(account, person.password)
    account.password_changed_at = timezone.now()
    account.save()
    grant = new_grant(account, role, timezone.now(), None, BASIS)
    grant.full_clean()
    grant.save()
    return account
