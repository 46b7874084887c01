"""A page of the site as PDF: the template the browser prints too, fonts embedded, PDF/A for the archive."""

import contextlib
import importlib
import io
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.template.loader import render_to_string

from .decision import Refused


@cache
def engine() -> ModuleType | None:
    """`pdf_engine`, or nothing on a Debian without pango; what WeasyPrint then prints in English is not for the terminal."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return importlib.import_module("admissions.core.pdf_engine")
    except OSError:
        return None


def pdf_bytes(template: str, context: dict[str, Any]) -> bytes:
    """Render a template that extends `ui/print.html`."""
    return _required().page(render_to_string(template, context)).write_pdf(pdf_variant="pdf/a-3b")


def overlay_bytes(template: str, context: dict[str, Any], width: float, height: float) -> bytes:
    """One transparent page of the size (in points), to be laid over a page of another document."""
    weasy = _required()
    size = weasy.sheet(f"@page {{ size: {width}pt {height}pt; margin: 0 }}")
    return weasy.page(render_to_string(template, context)).write_pdf(stylesheets=[size])


def _required() -> ModuleType:
    found = engine()
    if found is None:
        raise Refused(
            "服务器没有安装生成 PDF 的组件。", who_can="请打开打印页，用浏览器打印；或请系统管理员安装 pango。"
        )
    return found


def pdf_response(content: bytes, name: str, *, inline: bool = True) -> HttpResponse:
    """`name` is the document's title without the ending."""
    response = HttpResponse(content, content_type="application/pdf")
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}.pdf"
    return response
