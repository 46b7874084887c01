"""Headers and refusals, for every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.utils.decorators import sync_only_middleware
from django_htmx.http import HttpResponseClientRedirect

from .decision import Refused
from .errors import refused_page

GetResponse = Callable[[HttpRequest], HttpResponse]
POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


@sync_only_middleware
def permissions_policy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        if request.user.is_authenticated if hasattr(request, "user") else False:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


@sync_only_middleware
def whole_pages(get_response: GetResponse) -> GetResponse:
    """A fragment cannot show another page: told to go elsewhere, htmx leaves for it instead of fetching it into the old."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "HX-Request" not in request.headers or not isinstance(response, HttpResponseRedirectBase):
            return response
        leaving = HttpResponseClientRedirect(response.url)
        leaving.cookies = response.cookies
        return leaving

    return middleware


class refusals:
    """A `Refused` that no view turned into a form error becomes a 403 page with its sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refused_page(request, exception)
        return None
