"""Before a critical act the person at the keyboard says again who they are (#116).

Whoever signed in or was asked within `CRITICAL_IDENTITY_AGE` is not asked; a form that was filled in meanwhile is kept
and sent on after the answer.
"""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

from admissions.audit.facts import is_binding


def identified_recently(request: HttpRequest) -> bool:
    """Password or second factor was given within the span; a setting of None (tests) asks nobody."""
    span = settings.CRITICAL_IDENTITY_AGE
    if span is None:
        return True
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < span.total_seconds()


def ask_identity(request: HttpRequest, code: str) -> None:
    """Lead to the page that asks, unless the act is not critical or the answer is fresh."""
    if is_binding(code) and not identified_recently(request):
        raise ReauthenticationRequired()
