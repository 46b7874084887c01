"""What break-glass accesses ask of people: approve, end, review."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, roles_of
from admissions.core.todos import Todo

from . import rules
from .enums import BreakGlassStatus
from .models import REQUEST_LIVES, BreakGlassAccess

PEOPLE = ("person", "season", "group")


def break_glass_todos(user: Any) -> Iterator[Todo]:
    """Requests for who can approve them; accesses that are over for the supervisors of their scope."""
    if has_permission(user, Permission.GRANT_ROLES):
        yield from _to_approve(user)
    if Role.SUPERVISOR in roles_of(user):
        yield from _to_review(user)


def _to_approve(user: Any) -> Iterator[Todo]:
    since = timezone.now() - REQUEST_LIVES
    waiting = BreakGlassAccess.objects.visible_to(user).filter(
        status=BreakGlassStatus.REQUESTED, requested_at__gt=since
    )
    for access in waiting.select_related(*PEOPLE):
        if rules.can_decide(user, access):
            url = reverse("accounts:break-glass-access", args=[access.pk])
            yield Todo("审批", f"紧急授权：{access}", url, access.requested_at + REQUEST_LIVES)


def _to_review(user: Any) -> Iterator[Todo]:
    for access in BreakGlassAccess.objects.visible_to(user).to_review().select_related(*PEOPLE):
        if rules.can_review(user, access):
            url = reverse("accounts:break-glass-report", args=[access.pk])
            yield Todo("复核", f"紧急授权：{access}", url, access.review_due_at, button="看经过")
