"""Password policy (等保三级 8.1.4 身份鉴别 a, by convention): classes of signs, no reuse, a term, one-time use."""

import re
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils import timezone

REMEMBERED = 5
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
POLICY_TEXT = (
    "至少12位，含大写字母、小写字母、数字、符号中的至少三类；"
    f"不得含有登录名、姓名、手机号，不得是常见口令，不得与最近{REMEMBERED}次相同。"
)
# Read aloud and copied by hand: no letters or digits that look alike.
LOWER, UPPER, DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


class LengthValidator(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"口令至少{self.min_length}位。"


class CommonValidator(CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "这是常见口令，容易被猜中，请换一个。"


class SimilarityValidator(UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "口令与您的登录名、姓名或手机号太相似，请换一个。"


class CharacterClassValidator:
    """At least three of: lower case, upper case, digit, other sign."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="too_few_classes")

    def get_help_text(self) -> str:
        return "口令须含大写字母、小写字母、数字、符号中的至少三类。"


class ReuseValidator:
    """Not the present password and not one of the last five of this account."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        earlier = user.password_records.order_by("-changed_at", "-id").values_list("password", flat=True)[:REMEMBERED]
        if any(check_password(password, encoded) for encoded in {user.password, *earlier}):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def get_help_text(self) -> str:
        return f"不能与最近{REMEMBERED}次用过的口令相同。"


def one_time_password() -> str:
    """Sixteen signs in four groups, about 80 bits; satisfies the policy and can be copied by hand."""
    letters = [secrets.choice(LOWER) for _ in range(6)] + [secrets.choice(UPPER) for _ in range(4)]
    signs = letters + [secrets.choice(DIGITS) for _ in range(6)]
    secrets.SystemRandom().shuffle(signs)
    text = "".join(signs)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def is_expired(user: Any) -> bool:
    """The password has outlived its term (90 days); an account without a date must change it as well."""
    changed_at = user.password_changed_at
    return changed_at is None or timezone.now() - changed_at > settings.PASSWORD_MAX_AGE


class PublicPasswordHasher(Argon2PasswordHasher):
    """For the passwords of demonstration people, which anybody may know: guarding them takes half of the first start."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1
