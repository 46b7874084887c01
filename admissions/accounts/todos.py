"""What the accounts ask of a person: change the password in time, hand out first passwords."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from admissions.core.todos import Todo

from .models import User
from .permissions import Permission
from .selectors import has_permission

NOTICE = timedelta(days=7)


def account_todos(user: Any) -> Iterator[Todo]:
    """Own password a week before its term; for security administrators the people who wait for a slip."""
    if user.password_changed_at is not None:
        expires_at = user.password_changed_at + settings.PASSWORD_MAX_AGE
        if expires_at - timezone.now() < NOTICE:
            yield Todo(
                "修改", "登录口令，到期后须先改口令才能办理其他事项", reverse("accounts:password-change"), expires_at
            )
    if has_permission(user, Permission.CREATE_ACCOUNTS):
        waiting = User.objects.active().filter(password__startswith="!").count()
        if waiting:
            yield Todo("发放", f"初始口令，{waiting}人待领", reverse("accounts:first-passwords"))
