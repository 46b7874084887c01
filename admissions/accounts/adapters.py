"""allauth as the house needs it: no self-registration, second factors guarded and kept encrypted."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from admissions.audit.trail import record_sign_in

from .models import User
from .selectors import has_second_factor
from .sessions import ACTIVATED_AT, CONFIRMED_AT, confirm_identity, has_just_confirmed

# allauth's “signed in as …” says nothing new; the sign-in before this one is shown instead (sessions.py).
SILENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
TYPE_NAMES = {Authenticator.Type.TOTP: "动态口令", Authenticator.Type.RECOVERY_CODES: "恢复码"}


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "登录名或口令不正确，或账号未启用。忘记口令请联系安全管理员。",
        "too_many_login_attempts": "验证码连续错误，已暂停验证，请30分钟后再试。手机丢失请联系安全管理员。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes alone, by account and address: nobody can lock somebody else out."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *rest, **more)

    def set_password(self, user: User, password: str) -> None:
        raise RuntimeError("passwords are changed by commands only")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after the sign-in, to set up a second factor; not right after its set-up, to see the recovery codes."""
        request = context.request
        proof = ACTIVATED_AT if has_second_factor(request.user) else CONFIRMED_AT
        return not has_just_confirmed(request, proof)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Once there is a second factor, only it opens the second factor's settings: the password is not enough."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] == "mfa_reauthenticate"] or methods


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie encrypted in the database, under a key derived from SECRET_KEY; old keys can still read them."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不正确或已用过，请输入当前显示的数字。",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"admissions second factor")
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))


def _record(user: User, label: str) -> None:
    record_sign_in(actor=user, label=label)


@receiver(signals.authenticator_added, dispatch_uid="accounts.factor_added")
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    confirm_identity(request, ACTIVATED_AT)
    _record(user, f"启用{TYPE_NAMES[authenticator.type]}")


@receiver(signals.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(user, f"停用{TYPE_NAMES[authenticator.type]}")


@receiver(signals.authenticator_reset, dispatch_uid="accounts.factor_reset")
def factor_reset(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(user, f"重新生成{TYPE_NAMES[authenticator.type]}")


@receiver(signals.authenticator_used, dispatch_uid="accounts.factor_used")
def factor_used(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(user, f"{TYPE_NAMES[authenticator.type]}验证通过")


@receiver(signals.authentication_failed, dispatch_uid="accounts.factor_failed")
def factor_failed(sender: Any, user: User, **kwargs: Any) -> None:
    _record(user, "第二验证因素未通过")
