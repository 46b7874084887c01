"""Ties the action context to the request: address, request id, and the revisions its form had seen."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from admissions.core.given import whole_number

from .actions import Origin, coming_from

SEEN_PREFIX = "seen:"


def request_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with coming_from(Origin(client_ip(request), request_id(), seen_revisions(request))):
            return get_response(request)

    return middleware


def client_ip(request: HttpRequest) -> str | None:
    """nginx sets X-Real-IP and strips what clients send; without a proxy it is the peer itself."""
    name = "HTTP_X_REAL_IP" if settings.TRUST_PROXY_ADDRESS else "REMOTE_ADDR"
    return request.META.get(name) or None


def request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def seen_revisions(request: HttpRequest) -> dict[tuple[str, int], int]:
    """Hidden fields `seen:app.model:pk` = revision, put into every command form."""
    if request.method != "POST" or "multipart" in (request.content_type or ""):
        return {}
    seen = {}
    for name, value in request.POST.items():
        if not name.startswith(SEEN_PREFIX) or not isinstance(value, str):
            continue
        label, _, pk = name.removeprefix(SEEN_PREFIX).rpartition(":")
        key, revision = whole_number(pk), whole_number(value)
        if key is not None and revision is not None:
            seen[label, key] = revision
    return seen
