"""In a demonstration the sign-in page shows its people: one click signs in as one of them. Anywhere else there is no such page."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login as begin_session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from admissions.audit.trail import record_sign_in
from admissions.core.given import way_back

from .demo import demo_people_present
from .models import User

BACKEND = "admissions.accounts.backends.StaffBackend"
LABEL = "演示环境一键登录"


def cast() -> list[tuple[str, list[User]]]:
    """The people who can sign in now, by what they show; nobody outside a demonstration."""
    if not settings.DEMONSTRATION:
        return []
    by_duty: dict[str, list[User]] = {}
    for account, duty in demo_people_present():
        if account.is_active:
            by_duty.setdefault(duty, []).append(account)
    return list(by_duty.items())


def demonstration_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @wraps(view)
    def only(request: HttpRequest) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request)

    return only


@demonstration_only
@require_POST
@never_cache
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Password and authenticator key of these people are public, so neither is asked; the ledger says that it was so.

    The click counts as having said who one is: critical acts ask again when it is older than for anybody else.
    """
    people = {account.username: account for _, accounts in cast() for account in accounts}
    account = people.get(request.POST.get("account", ""))
    if account is None:
        raise Http404
    begin_session(request, account, backend=BACKEND)
    record_authentication(request, account, method="demonstration")
    record_sign_in(actor=account, label=LABEL)
    return redirect(way_back(request))
