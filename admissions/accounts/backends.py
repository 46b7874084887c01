"""Login by login name, staff number or phone, for active accounts only."""

import unicodedata
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.http import HttpRequest

from .models import User
from .selectors import with_second_factor


class StaffBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = account_called(username)
        if user is None:
            make_password(password)  # the same time is spent, so that unknown names cannot be told apart
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, with what the session guard asks of every request, in one query."""
        user = with_second_factor(User.objects.select_related("login_session")).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def account_called(typed: str) -> User | None:
    """The account of this login name, staff number or phone; full-width signs of an input method are understood."""
    name = plain_name(typed)
    return User.objects.filter(Q(username=name) | Q(staff_number=name) | Q(phone=name)).order_by("id").first()


def plain_name(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()
