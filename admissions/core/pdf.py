"""A page of the site as PDF: the template the browser prints too, fonts embedded, PDF/A for the archive."""

from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.template.loader import render_to_string

from .decision import Refused

try:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse
except OSError:  # Debian without pango
    CSS, HTML, URLFetcher = None, None, object

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


def pdf_bytes(template: str, context: dict[str, Any]) -> bytes:
    """Render a template that extends `ui/print.html`."""
    if HTML is None:
        raise Refused(
            "服务器没有安装生成 PDF 的组件。", who_can="请打开打印页，用浏览器打印；或请系统管理员安装 pango。"
        )
    page = HTML(string=render_to_string(template, context), base_url=BASE, url_fetcher=OwnFiles())
    return page.write_pdf(pdf_variant="pdf/a-3b")


def overlay_bytes(template: str, context: dict[str, Any], width: float, height: float) -> bytes:
    """One transparent page of the size (in points), to be laid over a page of another document."""
    page = HTML(string=render_to_string(template, context), base_url=BASE, url_fetcher=OwnFiles())
    return page.write_pdf(stylesheets=[CSS(string=f"@page {{ size: {width}pt {height}pt; margin: 0 }}")])


def pdf_response(content: bytes, name: str, *, inline: bool = True) -> HttpResponse:
    """`name` is the document's title without the ending."""
    response = HttpResponse(content, content_type="application/pdf")
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}.pdf"
    return response
