"""May X do V to Y with accounts and grants?"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from admissions.core.capability import Slot
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from admissions.house.questions import Unfinished
from admissions.house.unfinished import ask_all, holding, in_one_sentence

from .enums import ADMINISTRATORS, FAMILY_OF, AccountStatus, GrantState, Role, RoleFamily
from .models import RoleGrant, User
from .permissions import Permission, role_names_with
from .selectors import has_permission, has_second_factor, last_ended_grant, roles_of

THREE_ADMINS = cite("dengbao-8-1-5")
ONLY_SECURITY = f"请联系{role_names_with(Permission.CREATE_ACCOUNTS)}办理。"
ANOTHER_SECURITY = f"请由另一位{role_names_with(Permission.CREATE_ACCOUNTS)}办理。"
# A grant may begin at the moment its form was opened, not in the past.
BACKDATING = timedelta(hours=1)
OVER = (GrantState.ENDED, GrantState.NEVER)
SCOPED_ROLES = {Role.SUPERVISOR}

# What every capability says a person still holds; (account, user) → what.
OfAccount = Callable[[Any, Any], Iterable[Unfinished]]
BEFORE_CLOSING: Slot[OfAccount] = Slot("before_account_closes", OfAccount)


def may(
    user: User, permission: Permission, what: str, *, season_id: int | None = None, group_id: int | None = None
) -> Decision:
    """Yes if a live grant carries the permission in this scope; else a sentence that names who can act.

    Who held the right until a moment ago reads when the grant ended.
    """
    if has_permission(user, permission, season_id=season_id, group_id=group_id):
        return allow()
    who_can = f"请联系{role_names_with(permission)}办理。"
    ended = last_ended_grant(user, permission)
    if ended is None:
        return needed(deny(f"您没有{what}的权限。", who_can=who_can))
    moment = minute_text(ended.period.upper)
    return needed(deny(f"您的“{ended.get_role_display()}”授权已于{moment}结束，不能再{what}。", who_can=who_can))


def can_view_accounts(user: User) -> Decision:
    """Security administrators keep the accounts, audit administrators look at them."""
    return may(user, Permission.VIEW_ACCOUNTS, "查看账号与授权")


def may_view_accounts(user: User) -> bool:
    return has_permission(user, Permission.VIEW_ACCOUNTS)


def may_enter_admin(user: User) -> bool:
    return user.is_active and not roles_of(user).isdisjoint(ADMINISTRATORS)


def can_create_account(user: User) -> Decision:
    """Only the security administrator creates accounts."""
    return _with_clause(may(user, Permission.CREATE_ACCOUNTS, "建立账号"))


def can_change_accounts(user: User) -> Decision:
    """Whether it is worth showing the commands on accounts at all."""
    return _with_clause(may(user, Permission.CREATE_ACCOUNTS, "变更账号与授权"))


@in_parts
def can_correct_account(user: User, account: User) -> Parts:
    """Particulars of others; a closed account stays as it was."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "更正账号信息"))
    yield _not_oneself(user, account, "更正自己的账号信息")
    yield _not_closed(account, "更正")


@in_parts
def can_suspend_account(user: User, account: User) -> Parts:
    """Another active account that is not the last lasting security administrator's."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "停用账号"))
    yield _not_oneself(user, account, "停用自己的账号")
    yield _in_status(account, AccountStatus.ACTIVE, "停用")
    yield leaves_a_security_admin(account, "停用")


@in_parts
def can_reactivate_account(user: User, account: User) -> Parts:
    """A suspended account, by somebody else."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "恢复账号"))
    yield _not_oneself(user, account, "恢复自己的账号")
    yield _in_status(account, AccountStatus.SUSPENDED, "恢复")


@in_parts
def can_close_account(user: User, account: User) -> Parts:
    """Another account that holds nothing any more; closing is final. The page lists what the command asks."""
    yield needed(can_prepare_closing(user, account))
    yield _holds_nothing(account, user)


def held_by(account: User, user: User) -> list[Unfinished]:
    """Everything the person still holds, in the order of the house; what ends with the account says so."""
    return ask_all(BEFORE_CLOSING, account, user)


def _holds_nothing(account: User, user: User) -> Decision:
    held = holding(held_by(account, user))
    if not held:
        return allow()
    ways = "；".join(dict.fromkeys(one.who for one in held))
    return deny(f"{account.name}名下还有{in_one_sentence(held)}，不能注销。", who_can=f"请先办结：{ways}。")


@in_parts
def can_prepare_closing(user: User, account: User) -> Parts:
    """Whether the person may close the account at all, whatever it still holds."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "注销账号"))
    yield _not_oneself(user, account, "注销自己的账号")
    yield _not_closed(account, "注销")
    yield leaves_a_security_admin(account, "注销")


def can_issue_passwords(user: User) -> Decision:
    """First passwords of new accounts, by the security administrator."""
    return _with_clause(may(user, Permission.CREATE_ACCOUNTS, "发放初始口令"))


@in_parts
def can_reset_password(user: User, account: User) -> Parts:
    """Of another account in use; one's own is changed, not reset."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "重置口令"))
    yield _not_oneself(user, account, "重置自己的口令", "请在“我的账号”修改口令。")
    yield _not_closed(account, "重置口令")


@in_parts
def can_issue_first_password(user: User, account: User) -> Parts:
    """To somebody who has none yet; who lost theirs gets another by a reset."""
    yield can_reset_password(user, account)
    if account.has_usable_password():
        yield deny(f"{account.name}的初始口令已经发放。", who_can="如口令遗失，请在其账号页重置口令。")


@in_parts
def can_reset_second_factor(user: User, account: User) -> Parts:
    """Of another account that has one."""
    yield _with_clause(may(user, Permission.CREATE_ACCOUNTS, "重置动态口令"))
    yield _not_oneself(user, account, "重置自己的动态口令")
    yield _not_closed(account, "重置动态口令")
    if not has_second_factor(account):
        yield deny("此账号尚未启用动态口令，无需重置。")


def can_change_own_password(user: User) -> Decision:
    """Everybody with an account in use."""
    if user.is_authenticated and user.is_active:
        return allow()
    return deny("账号未启用，不能修改口令。", who_can=ONLY_SECURITY)


def can_manage_organisations(user: User) -> Decision:
    """The list of units belongs to the accounts."""
    return _with_clause(may(user, Permission.CREATE_ACCOUNTS, "维护单位"))


@in_parts
def can_grant(user: User, account: User) -> Parts:
    """Somebody else's active account, by the security administrator."""
    yield _with_clause(may(user, Permission.GRANT_ROLES, "授予角色"))
    yield _not_oneself(user, account, "给自己授权")
    yield _in_status(account, AccountStatus.ACTIVE, "授权")


@in_parts
def can_grant_role(
    user: User,
    account: User,
    role: Role,
    starts_at: datetime,
    ends_at: datetime | None,
    season: Any = None,
    group: Any = None,
) -> Parts:
    """This role in this period and scope: families stay apart, nothing is backdated or repeated."""
    yield can_grant(user, account)
    yield _period_is_sound(starts_at, ends_at)
    yield _scope_fits(role, season, group)
    yield _families_stay_apart(account, role, starts_at, ends_at)
    yield _not_granted_already(account, role, starts_at, ends_at, season, group)


@in_parts
def can_revoke_role(user: User, grant: RoleGrant) -> Parts:
    """A grant of somebody else that has not ended; the last lasting security administrator stays."""
    yield _with_clause(may(user, Permission.GRANT_ROLES, "撤销角色"))
    yield _not_oneself(user, grant.user, "撤销自己的角色")
    if grant.state in OVER:
        yield deny("这项授权已经结束，不必撤销。")
    if grant.role == Role.SECURITY_ADMIN:
        yield leaves_a_security_admin(grant.user, "撤销", grant)


def leaves_a_security_admin(account: User, what: str, grant: RoleGrant | None = None) -> Decision:
    """Somebody must always be able to grant: one active security administrator without an end date remains."""
    lasting = RoleGrant.objects.live().filter(role=Role.SECURITY_ADMIN, period__endswith__isnull=True)
    own = lasting.filter(pk=grant.pk) if grant is not None else lasting.filter(user=account)
    others = lasting.exclude(user=account).filter(user__status=AccountStatus.ACTIVE)
    if not own.exists() or others.exists():
        return allow()
    return deny(
        f"{account.name}是唯一长期有效的安全管理员，{what}后将无人能够建立账号和授权。",
        THREE_ADMINS,
        "请先给另一人授予不设截止日期的安全管理员角色。",
    )


def _with_clause(decision: Decision) -> Decision:
    return decision if decision.ok else replace(decision, clause=THREE_ADMINS)


def _not_oneself(user: User, account: User, what: str, way_out: str = ANOTHER_SECURITY) -> Decision:
    return deny(f"不能{what}。", THREE_ADMINS, way_out) if user.pk == account.pk else allow()


def _not_closed(account: User, what: str) -> Decision:
    return (
        deny(f"账号已注销，不能{what}。", who_can="注销不能恢复；本人确需使用本系统的，请另建账号。")
        if account.status == AccountStatus.CLOSED
        else allow()
    )


def _in_status(account: User, wanted: AccountStatus, what: str) -> Decision:
    if account.status == wanted:
        return allow()
    return deny(f"账号当前为“{account.get_status_display()}”，不能{what}。", who_can="请刷新页面，按当前状态办理。")


def _period_is_sound(starts_at: datetime, ends_at: datetime | None) -> Decision:
    if starts_at < timezone.now() - BACKDATING:
        return deny("授权不能倒签：生效时间早于现在。", who_can="请把生效日期改为今天或以后。")
    if ends_at is not None and ends_at <= starts_at:
        return deny("授权的截止时间不晚于生效时间。", who_can="请改正有效期。")
    return allow()


def _scope_fits(role: Role, season: Any, group: Any) -> Decision:
    if role in ADMINISTRATORS and (season or group):
        return deny(f"{role.label}的授权覆盖整个系统，不限于录取季或工作组。", who_can="请清空录取季和工作组后再授权。")
    if group is not None and role not in SCOPED_ROLES:
        return deny(f"{role.label}的授权不限于工作组。", who_can="工作组内的职责请用岗位任命办理。")
    if group is not None and season is not None and group.season_id != season.pk:
        return deny("所选工作组不属于所选录取季。", who_can="请改正授权范围。")
    return allow()


def _overlapping(account: User, starts_at: datetime, ends_at: datetime | None) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(user=account).exclude(period__isempty=True)
    grants = grants.filter(Q(period__endswith__gt=starts_at) | Q(period__endswith__isnull=True))
    return grants.filter(period__startswith__lt=ends_at) if ends_at is not None else grants


def _families_stay_apart(account: User, role: Role, starts_at: datetime, ends_at: datetime | None) -> Decision:
    family = FAMILY_OF[role]
    other = _overlapping(account, starts_at, ends_at).exclude(family=family).first()
    if other is None:
        return allow()
    return deny(
        f"{account.name}在这段时间是“{other.get_role_display()}”（{period_text(other)}），不能兼任“{role.label}”："
        f"{RoleFamily(other.family).label}与{family.label}不得由同一人担任。",
        THREE_ADMINS,
        "请另选人员，或先撤销原授权。",
    )


def _not_granted_already(
    account: User, role: Role, starts_at: datetime, ends_at: datetime | None, season: Any, group: Any
) -> Decision:
    same = _overlapping(account, starts_at, ends_at).filter(role=role, season=season, group=group).first()
    if same is None:
        return allow()
    return deny(f"{account.name}在这段时间已有相同范围的“{role.label}”授权（{period_text(same)}），不必重复授权。")


def period_text(grant: RoleGrant) -> str:
    """The period as people read it."""
    if grant.state == GrantState.NEVER:
        return grant.state.label
    since = minute_text(grant.period.lower)
    return f"{since}起长期" if grant.period.upper is None else f"{since}至{minute_text(grant.period.upper)}"
