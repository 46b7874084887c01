"""`/healthz`: the process answers. `/readyz`: database and broker answer too."""

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"database": _answers(_ask_database), "redis": _answers(_ask_redis)}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()


def _answers(ask) -> bool:
    try:
        ask()
    except Exception:  # any fault of a service means "not ready"
        return False
    return True
