"""WeasyPrint and what it may read. Loaded with the first document: it costs most of a second and needs Debian's pango."""

from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE = "https://pages.invalid"


class OwnFiles(URLFetcher):
    """Gives the renderer our static files and data: addresses; it never reaches a network or another file."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        prefix = f"{BASE}{settings.STATIC_URL}"
        if not url.startswith(prefix):
            raise ValueError(f"not a file of this site: {url}")
        name = unquote(url.removeprefix(prefix))
        with open(finders.find(name) or staticfiles_storage.path(name), "rb") as file:
            return URLFetcherResponse(url, file.read(), {"Content-Type": _content_type(name)})


def _content_type(name: str) -> str:
    return {"css": "text/css", "svg": "image/svg+xml"}.get(name.rpartition(".")[2], "application/octet-stream")


def page(html: str) -> HTML:
    return HTML(string=html, base_url=BASE, url_fetcher=OwnFiles())


def sheet(css: str) -> CSS:
    return CSS(string=css)
