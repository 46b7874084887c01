"""`/healthz`: the process answers. `/readyz`: the database answers too; of the broker it says whether it does.

Without the database nothing can be done here, so that is 503. Without the broker every page answers, and a site that is
taken away for it would be worse than one whose jobs wait.
"""

from collections.abc import Callable

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_only_middleware

# No question takes longer than this: who asks whether we are there does not wait for a server that is not.
PATIENCE = 2


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"database": _answers(_ask_database), "redis": _answers(_ask_redis)}
    return JsonResponse(checks, status=200 if checks["database"] else 503)


AT_ONCE = {"/healthz": healthz, "/readyz": readyz}


@sync_only_middleware
def answered_at_once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Before anybody asks who the caller is: that would need the database, whose absence is the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return AT_ONCE.get(request.path_info, get_response)(request)

    return middleware


def _ask_database() -> None:
    """By a connection of its own: one kept from before may hang for as long as it likes, a new one has its time."""
    given = connection.get_connection_params() | {"connect_timeout": PATIENCE, "cursor_factory": None}
    psycopg2.connect(**given).close()


def _ask_redis() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    with client:
        client.ping()


def _answers(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception:  # any fault of a service means "not ready"
        return False
    return True
