"""Error pages: each says what happened, what to do and who can help."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from .decision import Refused
from .faults import has_lost_database, is_full

RETRY_AFTER = 15


def refused_page(request: HttpRequest, refusal: Refused, back: str = "") -> HttpResponse:
    """403 for someone who may see the thing but not do this to it; `back` leads to the thing."""
    return render(request, "errors/403.html", {"decision": refusal.decision, "back": back}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that asks by itself and finds nothing any more is loaded anew, so that it stops asking."""
    response = render(request, "errors/404.html", status=404)
    if "X-Automatic" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: the frame's own queries may be what failed. Called while the fault is being handled."""
    fault = sys.exc_info()[1]
    status = 507 if is_full(fault) else 503 if has_lost_database(fault) else 500
    posted = request.method not in ("GET", "HEAD", "OPTIONS")
    response = HttpResponse(render_to_string(f"errors/{status}.html", {"posted": posted}), status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
