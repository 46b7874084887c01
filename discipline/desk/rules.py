"""Who may sit at the desk, put a finding aside, and review whose reading."""

from datetime import date

from django.utils import timezone

from admissions.accounts.enums import Role, RoleFamily
from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission, live_grants
from admissions.core.decision import Decision, allow, deny

from .reading import Reading

LINES = "监督员的查阅由审计管理员复核，管理员的查阅由负责整个录取季的监督员复核。"


def can_open_desk(user: User) -> Decision:
    return may(user, Permission.SUPERVISE, "使用监督工作台")


def can_dismiss(user: User, group_id: int | None) -> Decision:
    """Supervisors put aside what they have looked into, in their own scope."""
    return may(user, Permission.SUPERVISE, "登记已了解", group_id=group_id)


def reviews_families(user: User) -> set[RoleFamily]:
    """Whose reading the user may review: always that of another line."""
    found: set[RoleFamily] = set()
    if has_permission(user, Permission.READ_WHOLE_TRAIL):
        found.add(RoleFamily.SUPERVISION)
    if any(grant.role == Role.SUPERVISOR and grant.group_id is None for grant in live_grants(user)):
        found |= {RoleFamily.SYSTEM, RoleFamily.SECURITY, RoleFamily.AUDIT}
    return found


def can_review_reading(user: User) -> Decision:
    if reviews_families(user):
        return allow()
    return deny(f"您不能复核他人的查阅。{LINES}", who_can="请由审计管理员或负责整个录取季的监督员办理。")


def can_review(user: User, reading: Reading, month: date) -> Decision:
    """Another line, a month that is over, once."""
    if reading.reader.pk == user.pk:
        return deny("不能复核自己的查阅。", who_can="请由审计管理员或负责整个录取季的其他监督员复核。")
    if not reading.families <= reviews_families(user):
        return deny(f"这份查阅不由您复核。{LINES}", who_can="请由对应的复核人办理。")
    if reading.review is not None:
        return deny(f"{reading.review.reviewer_name}已经复核。", who_can="复核结果在“查阅复核”查看。")
    today = timezone.localdate()
    if (month.year, month.month) >= (today.year, today.month):
        return deny("这个月还没有结束，下月初再复核。")
    return allow()


def supervises(user: User) -> bool:
    return has_permission(user, Permission.SUPERVISE)


def reviews_reading(user: User) -> bool:
    return can_review_reading(user).ok
