"""Lockout after wrong passwords (等保三级 8.1.4 身份鉴别 b): who is counted, until when, what the page says."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import user_login_failed
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from admissions.audit.trail import record_sign_in
from admissions.core.clock import minute_text

from .backends import account_called, plain_name
from .models import User
from .permissions import Permission, role_names_with


def canonical_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """One counter an account, by whichever of its names somebody tries; unknown names only as a digest.

    What is typed into the name field is sometimes a password or an ID number: it is not kept.
    """
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    account = account_called(typed) if typed else None
    if account is not None:
        return account.username
    return f"?{hmac.new(settings.DIGEST_KEY.encode(), plain_name(typed).encode(), hashlib.sha256).hexdigest()[:32]}"


@receiver(pre_save, sender=AccessAttempt, dispatch_uid="accounts.discreet_attempts")
def keep_no_form_content(sender: Any, instance: AccessAttempt, **kwargs: Any) -> None:
    """axes would keep the posted form, with whatever personal data stood in it beside the wrong password."""
    instance.get_data = instance.post_data = ""


@receiver(user_locked_out, dispatch_uid="accounts.lockout")
def record_lockout(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    """One event when the lock closes; later attempts against the closed lock add nothing."""
    if request.axes_failures_since_start is None:
        return
    account = User.objects.filter(username=username).first()
    record_sign_in(
        actor=account,
        label="登录锁定",
        reason="口令连续错误" if account else "以不存在的账号连续尝试登录",
        details={"锁定至": minute_text(opens_at(request, username))},
    )


def opens_at(request: HttpRequest, username: str) -> datetime:
    """When enough failures will have lapsed that the person may try again."""
    cool_off, limit = get_cool_off(request), get_failure_limit(request, None)
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=request.axes_ip_address, attempt_time__gte=timezone.now() - cool_off
    ).order_by("-attempt_time")
    failures = 0
    for attempt in attempts:
        failures += attempt.failures_since_start
        if failures >= limit:
            return attempt.attempt_time + cool_off
    return timezone.now()


def locked_page(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429: until when, and who can help; nothing says whether the account exists."""
    moment = opens_at(request, canonical_name(request, credentials))
    helper = role_names_with(Permission.CREATE_ACCOUNTS)
    if getattr(request, "htmx", False):
        messages.error(request, f"口令连续错误，已暂停验证至{minute_text(moment)}。如忘记口令，请联系{helper}。")
        return HttpResponseClientRefresh()
    context = {
        "opens_at": moment,
        "opens_at_text": minute_text(moment),
        "failure_limit": settings.AXES_FAILURE_LIMIT,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
        "who_can": f"如忘记口令，请联系{helper}重置。",
    }
    return render(request, "account/locked.html", context, status=429)


def forgive(account: User) -> None:
    """The account was given new secrets: failures with the old ones no longer count, from any address."""
    AxesProxyHandler.reset_attempts(username=account.username)
    ratelimit.clear(None, action="login_failed", key=f"mfa-auth-user-{account.pk}")


def password_confirmed(request: HttpRequest, password: str) -> bool:
    """Check the acting person's own password once more; a failure counts like one at the login page.

    The lock is asked first, so that an open session cannot be used to guess the password.
    """
    credentials = {"username": request.user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out, request.axes_credentials = True, credentials
        return False
    if request.user.check_password(password):
        return True
    record_sign_in(actor=request.user, label="口令复核未通过")
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False
