"""What an address, a query or a hidden field says, read without trust: it may say anything at all."""

import re

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

# Eighteen digits fit into every whole number of the database.
WHOLE = re.compile(r"[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """A key, a revision or a count; None for everything else, other scripts' digits and numbers beyond the database included."""
    return int(text) if WHOLE.fullmatch(text) else None


def way_back(request: HttpRequest) -> str:
    """Where the form says its sender was (`next`), if that is an address inside this site; else the first page."""
    wanted = request.POST.get("next", "")
    inside = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if inside else reverse("home")
