"""What a session must satisfy on every request: one session a user, idle timeout, own password, second factor."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from .passwords import is_expired
from .selectors import has_second_factor
from .sessions import Ending, ending_of, keep_alive, say

ALWAYS_OPEN = {"account_logout", "healthz", "readyz"}
# What a person may still open while a step is missing.
CHANGE_PASSWORD, ACTIVATE = "accounts:password-change", "mfa_activate_totp"
OPEN_DURING = {
    CHANGE_PASSWORD: ALWAYS_OPEN | {CHANGE_PASSWORD},
    ACTIVATE: ALWAYS_OPEN | {CHANGE_PASSWORD, ACTIVATE, "account_reauthenticate"},
}


def session_guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = get_user(request)  # the person and not a proxy: rules ask it a thousand times a page
        if not request.user.is_authenticated:
            return get_response(request)
        ending = ending_of(request)
        if ending is not None:
            return _sign_out(request, ending)
        # A page that polls by itself says so, else nobody who leaves such a page open would ever time out.
        if "X-Automatic" not in request.headers:
            keep_alive(request.user.login_session)
        step = missing_step(request)
        return get_response(request) if step is None else redirect(reverse(step))

    return middleware


def missing_step(request: HttpRequest) -> str | None:
    """The page the person must pass before any other: own password first, then the second factor."""
    user = request.user
    if user.must_change_password or is_expired(user):
        step = CHANGE_PASSWORD
    elif settings.MFA_REQUIRED and not has_second_factor(user):
        step = ACTIVATE
    else:
        return None
    return None if _page_name(request) in OPEN_DURING[step] else step


def _page_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _sign_out(request: HttpRequest, ending: Ending) -> HttpResponse:
    back_to = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    request.sign_out_label = ending.label
    logout(request)
    say(request, ending.sentence)
    can_return = back_to and (request.htmx or request.method == "GET")
    return redirect(reverse("account_login") + (f"?{urlencode({'next': back_to})}" if can_return else ""))
