"""May X do V to Y with an emergency access?"""

from collections.abc import Callable
from typing import Any

from admissions.accounts.enums import ADMINISTRATORS
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import THREE_ADMINS, may
from admissions.accounts.selectors import has_permission, roles_of
from admissions.audit.access import recused_scope
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import EmergencyStatus
from .models import EmergencyAccess
from .selectors import supervises_all_of

ANOTHER = "请由另一位安全管理员办理。"
SUPERVISORS = "请由监督此范围的驻点监督员办理。"

# Upper apps say here who may not approve for whom, such as somebody's own subordinate; (approver, requester) → Decision.
approval_checks: list[Callable[[Any, Any], Decision]] = []


def can_request(user: Any) -> Decision:
    """Anybody at work but the three administrators, who never read the work itself."""
    if roles_of(user) & set(ADMINISTRATORS):
        return deny("系统、安全、审计管理员不查阅业务内容，不能申请紧急授权。", THREE_ADMINS, "请由业务人员申请。")
    current = EmergencyAccess.objects.open_of(user).first()
    if current is not None:
        return deny(
            f"您已有一项紧急授权（{current.scope_text}），结束后才能再申请。", who_can="不再需要的请撤回或提前结束。"
        )
    return allow()


def can_decide(user: Any, access: EmergencyAccess) -> Decision:
    """A security administrator who is neither the requester nor below them, and not recused from them."""
    return first_denial(
        may(user, Permission.GRANT_ROLES, "批准紧急授权"),
        _another(user, access),
        _not_recused(user, access),
        _waiting(access),
        *(check(user, access.person) for check in approval_checks),
    )


def can_approve(user: Any, access: EmergencyAccess) -> Decision:
    return first_denial(can_decide(user, access), _fresh(access), _still_there(access))


def can_withdraw(user: Any, access: EmergencyAccess) -> Decision:
    if access.person_id != user.pk:
        return deny("只有申请人本人可以撤回。", who_can=f"请由{access.person.name}办理。")
    return _waiting(access)


def can_end(user: Any, access: EmergencyAccess) -> Decision:
    """The person, who approved it, or any other who could have approved it."""
    if not access.is_running:
        return deny("这项紧急授权没有在生效。")
    if user.pk in (access.person_id, access.decided_by_id) or has_permission(user, Permission.GRANT_ROLES):
        return allow()
    return deny("您不能结束这项紧急授权。", who_can="请由申请人或安全管理员办理。")


def can_read_report(user: Any, access: EmergencyAccess) -> Decision:
    """Supervisors of the scope, audit administrators, and the person about their own acts."""
    if access.period is None:
        return deny("没有批准过，没有可以查阅的经过。")
    own = access.person_id == user.pk
    if own or supervises_all_of(user, access) or has_permission(user, Permission.READ_WHOLE_TRAIL):
        return allow()
    return deny("您没有查阅紧急授权经过的权限。", who_can=SUPERVISORS)


def can_review(user: Any, access: EmergencyAccess) -> Decision:
    """A supervisor of the whole scope, a third person, once it is over."""
    if user.pk == access.person_id:
        return deny("本人不能复核自己的紧急授权。", who_can=SUPERVISORS)
    if user.pk == access.decided_by_id:
        return deny("批准人不能复核自己批准的紧急授权。", who_can=SUPERVISORS)
    if not supervises_all_of(user, access):
        return deny("您没有复核这项紧急授权的权限。", who_can=SUPERVISORS)
    if access.is_running:
        return deny(f"紧急授权{minute_text(access.ends_at)}才结束，结束后再复核。")
    if not access.is_over:
        return deny(f"当前状态为“{EmergencyStatus(access.status).label}”，不需要复核。")
    return _not_recused(user, access)


def _another(user: Any, access: EmergencyAccess) -> Decision:
    if user.pk == access.person_id:
        return deny("本人不能批准自己的紧急授权。", THREE_ADMINS, ANOTHER)
    return allow()


def _not_recused(user: Any, access: EmergencyAccess) -> Decision:
    if access.person_id in recused_scope(user).persons:
        return deny("您对申请人须回避，不能办理。", who_can="请由另一人办理。")
    return allow()


def _waiting(access: EmergencyAccess) -> Decision:
    if access.status != EmergencyStatus.REQUESTED:
        return deny(f"当前状态为“{EmergencyStatus(access.status).label}”，不能再办理。")
    return allow()


def _fresh(access: EmergencyAccess) -> Decision:
    if access.is_stale:
        return deny("申请已超过24小时，不能再批准。", who_can="确有需要的，请申请人撤回后重新申请。")
    return allow()


def _still_there(access: EmergencyAccess) -> Decision:
    if not access.person.is_active:
        return deny("申请人的账号已停用或注销。")
    if roles_of(access.person) & set(ADMINISTRATORS):
        return deny("申请人现为系统、安全或审计管理员，不能查阅业务内容。", THREE_ADMINS)
    return allow()
