"""May X do V to Y with a break-glass access?"""

from collections.abc import Callable

from admissions.accounts.enums import ADMINISTRATORS
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import THREE_ADMINS, may
from admissions.accounts.selectors import has_permission, roles_of
from admissions.core.capability import Slot
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.core.promises import promised

from ..models import User
from .enums import BreakGlassStatus
from .models import BreakGlassAccess
from .selectors import supervises_all_of

ANOTHER = "请由另一位安全管理员办理。"
SUPERVISORS = "请由监督此范围的驻点监督员办理。"

# Who may not approve for whom, such as somebody's own subordinate; (approver, requester) → Decision.
ApprovalCheck = Callable[[User, User], Decision]
approval_checks: Slot[ApprovalCheck] = Slot("break_glass_approval", ApprovalCheck)


def can_request(user: User) -> Decision:
    """Anybody at work but the three administrators, who never read the work itself."""
    if roles_of(user) & set(ADMINISTRATORS):
        return deny("系统、安全、审计管理员不查阅业务内容，不能申请紧急授权。", THREE_ADMINS, "请由业务人员申请。")
    current = BreakGlassAccess.objects.open_of(user).first()
    if current is not None:
        return deny(
            f"您已有一项紧急授权（{current.scope_text}），结束后才能再申请。", who_can="不再需要的请撤回或提前结束。"
        )
    return allow()


@in_parts
def can_decide(user: User, access: BreakGlassAccess) -> Parts:
    """A security administrator who is neither the requester nor below them, and not recused from them."""
    yield may(user, Permission.GRANT_ROLES, "批准紧急授权")
    yield _another(user, access)
    yield _waiting(access)
    yield from (check(user, access.person) for check in approval_checks)


@in_parts
def can_approve(user: User, access: BreakGlassAccess) -> Parts:
    yield can_decide(user, access)
    yield _fresh(access)
    yield _still_there(access)


def can_withdraw(user: User, access: BreakGlassAccess) -> Decision:
    if access.person_id != user.pk:
        return deny("只有申请人本人可以撤回。", who_can=f"请由{access.person.name}办理。")
    return _waiting(access)


def can_end(user: User, access: BreakGlassAccess) -> Decision:
    """The person, who approved it, or any other who could have approved it."""
    if not access.is_running:
        return deny("这项紧急授权没有在生效。", who_can="请刷新页面查看现在的状态；需要查阅的，请申请人另行申请。")
    if user.pk in (access.person_id, access.decided_by_id) or has_permission(user, Permission.GRANT_ROLES):
        return allow()
    return deny("您不能结束这项紧急授权。", who_can="请由申请人或安全管理员办理。")


def can_read_report(user: User, access: BreakGlassAccess) -> Decision:
    """Supervisors of the scope, audit administrators, and the person about their own acts."""
    if access.period is None:
        return deny("没有批准过，没有可以查阅的经过。", who_can="请在紧急授权的页面查看申请和办理情况。")
    own = access.person_id == user.pk
    if own or supervises_all_of(user, access) or has_permission(user, Permission.READ_WHOLE_TRAIL):
        return allow()
    return deny("您没有查阅紧急授权经过的权限。", who_can=SUPERVISORS)


def can_review(user: User, access: BreakGlassAccess) -> Decision:
    """A supervisor of the whole scope, a third person, once it is over."""
    if user.pk == access.person_id:
        return deny("本人不能复核自己的紧急授权。", who_can=SUPERVISORS)
    if user.pk == access.decided_by_id:
        return deny("批准人不能复核自己批准的紧急授权。", who_can=SUPERVISORS)
    if not supervises_all_of(user, access):
        return deny("您没有复核这项紧急授权的权限。", who_can=SUPERVISORS)
    if access.is_running:
        return deny(f"紧急授权{minute_text(promised(access.ends_at))}才结束，结束后再复核。")
    if not access.is_over:
        return deny(
            f"当前状态为“{BreakGlassStatus(access.status).label}”，不需要复核。", who_can="请刷新页面查看现在的状态。"
        )
    return allow()


def _another(user: User, access: BreakGlassAccess) -> Decision:
    if user.pk == access.person_id:
        return deny("本人不能批准自己的紧急授权。", THREE_ADMINS, ANOTHER)
    return allow()


def _waiting(access: BreakGlassAccess) -> Decision:
    if access.status != BreakGlassStatus.REQUESTED:
        return deny(
            f"当前状态为“{BreakGlassStatus(access.status).label}”，不能再办理。", who_can="请刷新页面，按当前状态办理。"
        )
    return allow()


def _fresh(access: BreakGlassAccess) -> Decision:
    if access.is_stale:
        return deny("申请已超过24小时，不能再批准。", who_can="确有需要的，请申请人撤回后重新申请。")
    return allow()


def _still_there(access: BreakGlassAccess) -> Decision:
    if not access.person.is_active:
        return deny("申请人的账号已停用或注销。", who_can="请驳回这项申请。")
    if roles_of(access.person) & set(ADMINISTRATORS):
        return deny(
            "申请人现为系统、安全或审计管理员，不能查阅业务内容。",
            THREE_ADMINS,
            who_can="请驳回这项申请，由业务人员另行申请。",
        )
    return allow()
