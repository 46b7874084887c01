"""Asking every page who may enter, without showing it: the request passes all of the site and ends where the page would begin.

What lies before the pages is the same for all of them: one request of a person passes it, and every page is asked with a copy.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.test import Client
from django.urls import ResolverMatch, resolve
from django.utils.datastructures import MultiValueDict

from admissions.core.decision import Decision, Refused
from admissions.core.views import Page

OPEN = "X-Door"
# In the environment of a request: what to do with it once it has passed the site.
ROUND = "tests.doors.round"


class Doorkeeper:
    """The innermost middleware: a page of ours decides as always; whoever may enter finds an empty room, others no picture of a no."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if ROUND in request.META:
            request.META[ROUND](request)
            return HttpResponse()
        return _ask(request, view, args, kwargs)


# What is found behind a door that opens.
Room = Callable[[Page], HttpResponse]


def empty(page: Page) -> HttpResponse:
    return HttpResponse(headers={OPEN: "open"})


def asked(
    client: Client, addresses: dict[str, str], method: str = "GET", room: Room = empty
) -> dict[str, HttpResponse]:
    """Name → answer, with nothing posted; what is no page of ours, and what fails, is asked through the site.

    `room`: what to do with a page that lets the person in, instead of drawing it.
    """
    answers = {}

    def go_round(request: HttpRequest) -> None:
        for name, address in addresses.items():
            match = resolve(unquote(address))
            answer = _ask(_at(request, match, address, method), match.func, match.args, match.kwargs, room)
            if answer is not None:
                answers[name] = answer

    client.get("/", **{ROUND: go_round})
    return {
        name: answers[name] if name in answers else client.generic(method, address)
        for name, address in addresses.items()
    }


def _at(request: HttpRequest, match: ResolverMatch, address: str, method: str) -> HttpRequest:
    """The same request, as it came in, at another address."""
    other: Any = copy(request)
    other.META = {**request.META, "PATH_INFO": unquote(address), "REQUEST_METHOD": method}
    other.path = other.path_info = unquote(address)
    other.method, other.resolver_match = method, match
    other._post, other._files = QueryDict(), MultiValueDict()
    return other


def _ask(request: HttpRequest, view: Any, args: Any, kwargs: Any, room: Room = empty) -> HttpResponse | None:
    page = getattr(view, "view_class", None)
    if page is None or not issubclass(page, Page) or not hasattr(page, request.method.lower()):
        return None
    kind = _refusing(page) if request.method == "POST" else _with(room, page)
    try:
        return kind.as_view(**view.view_initkwargs)(request, *args, **kwargs)
    except Http404:
        return HttpResponse(status=404)
    except (Shut, Refused, PermissionDenied):
        return HttpResponse(status=403)


class Shut(Exception):
    """The page said no."""


@cache
def _with(room: Room, page: type[Page]) -> type[Page]:
    """The same page, which shows nothing but the room."""

    def may_open(self: Page) -> Decision:
        decision = page.may_open(self)
        if not decision.ok:
            raise Shut
        return decision

    def get(self: Page, *args: Any, **kwargs: Any) -> HttpResponse:
        return room(self)

    return type(page.__name__, (page,), {"may_open": may_open, "get": get})


@cache
def _refusing(page: type[Page]) -> type[Page]:
    """The same page, which notes a refused post and draws no picture of the no."""

    def note_refusal(self: Page, decision: Decision) -> None:
        page.note_refusal(self, decision)
        raise Shut

    return type(page.__name__, (page,), {"note_refusal": note_refusal})


def watched() -> list[str]:
    return [*settings.MIDDLEWARE, f"{__name__}.{Doorkeeper.__name__}"]
