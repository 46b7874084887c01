"""One session a person, known by its token; sign-ins and sign-outs are events."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from admissions.audit.enums import Outcome
from admissions.audit.middleware import client_ip
from admissions.audit.models import Event
from admissions.audit.trail import record_sign_in
from admissions.core.clock import minute_text

from .models import LoginSession, User

SIGNED_IN = "登录"
TOKEN = "sign_in_token"
# What the session remembers of proofs: the password at the sign-in, a code when the second factor was set up.
CONFIRMED_AT, ACTIVATED_AT = "identity_confirmed_at", "second_factor_activated_at"
# `last_seen_at` is written at most this often: one small UPDATE a minute and person.
PRECISION = timedelta(minutes=1)


@dataclass(frozen=True)
class Ending:
    """Why a session is over: the word for the ledger and the sentence for the person."""

    label: str
    sentence: str


@receiver(user_logged_in, dispatch_uid="accounts.sign_in")
def open_session(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The newer sign-in displaces the older one, which learns of it at its next request."""
    older = LoginSession.objects.filter(user=user).first()
    now, token, address = timezone.now(), uuid4().hex, client_ip(request)
    LoginSession.objects.update_or_create(
        user=user, defaults={"token": token, "started_at": now, "last_seen_at": now, "origin_ip": address}
    )
    request.session[TOKEN] = token
    confirm_identity(request)
    _show_last_sign_in(request, user)
    record_sign_in(actor=user, label=SIGNED_IN)
    if older is not None and not is_idle(older):
        _record_displaced(user, older)


def _show_last_sign_in(request: HttpRequest, user: User) -> None:
    """The person is the first to notice a sign-in that was not theirs."""
    last = (
        Event.objects.filter(actor_id=user.pk, outcome=Outcome.SIGN_IN, action_label=SIGNED_IN).newest_first().first()
    )
    if last is not None:
        where = f"，来源 {last.origin_ip}" if last.origin_ip else ""
        messages.info(request, f"上次登录：{minute_text(last.at)}{where}。", fail_silently=True)


def _record_displaced(user: User, older: LoginSession) -> None:
    record_sign_in(
        actor=user,
        label="新的登录替换原会话",
        reason="一人只保留一个会话",
        details={"原登录时间": minute_text(older.started_at), "原来源地址": older.origin_ip or ""},
    )


@receiver(user_logged_out, dispatch_uid="accounts.sign_out")
def close_session(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is None:
        return
    record_sign_in(actor=user, label=getattr(request, "sign_out_label", "退出"))
    LoginSession.objects.filter(user=user, token=request.session.get(TOKEN, "")).delete()


def end_sessions(user: User) -> None:
    """The person must sign in again: the account was suspended or closed, or its secrets were reset."""
    LoginSession.objects.filter(user=user).delete()


def confirm_identity(request: HttpRequest, proof: str = CONFIRMED_AT) -> None:
    """The person has just proved who they are."""
    request.session[proof] = timezone.now().timestamp()


def has_just_confirmed(request: HttpRequest, proof: str = CONFIRMED_AT) -> bool:
    confirmed_at = request.session.get(proof, 0)
    return timezone.now().timestamp() - confirmed_at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ending_of(request: HttpRequest) -> Ending | None:
    """Is this session over, and why? A session without its row was ended by an administrator."""
    current = getattr(request.user, "login_session", None)
    if current is None:
        return Ending("会话已被结束", "您的登录已被结束：账号的口令、第二验证因素或状态有变动。请重新登录。")
    if current.token != request.session.get(TOKEN):
        where = f"在 {current.origin_ip} " if current.origin_ip else "在另一处"
        return Ending(
            "被新的登录替换后退出",
            f"您的账号于{minute_text(current.started_at)}{where}登录，本处的登录已结束。"
            "如果不是您本人操作，请立即联系安全管理员。",
        )
    if is_idle(current):
        minutes = int(settings.IDLE_TIMEOUT.total_seconds() // 60)
        return Ending("空闲超时退出", f"您已超过{minutes}分钟没有操作，为安全已自动退出，请重新登录。")
    return None


def is_idle(session: LoginSession) -> bool:
    return timezone.now() - session.last_seen_at > settings.IDLE_TIMEOUT


def keep_alive(session: LoginSession) -> None:
    """Note that the person is still at work; requests a page makes by itself do not come here."""
    now = timezone.now()
    if now - session.last_seen_at > PRECISION:
        LoginSession.objects.filter(pk=session.pk, token=session.token).update(last_seen_at=now)


def say(request: HttpRequest, sentence: str) -> None:
    messages.warning(request, sentence)
