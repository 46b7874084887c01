"""What witness tools and holders of papers ask without a login. Roots and counts, never a name."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from admissions.core.decision import Refused
from admissions.core.given import whole_number
from admissions.core.views import Page

from .forms import CodeForm
from .models import KeyChange, Seal
from .papers import row_of
from .selectors import bundle_since, statement_about
from .services import accept_cosignature

LONGEST = 1_000  # characters of a posted co-signature
TEXT = "text/plain; charset=utf-8"


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest seal as published."""
    last = Seal.objects.newest_first().first()
    if last is None:
        raise Http404
    return HttpResponse(last.checkpoint, content_type=TEXT)


@require_GET
def bundle(request: HttpRequest) -> HttpResponse:
    """The newest seal with its consistency proof from the size the witness saw last."""
    old = whole_number(request.GET.get("old", "0"))
    if old is None:
        return HttpResponse("叶数应为不带符号的整数。\n", content_type=TEXT, status=400)
    try:
        text = bundle_since(old)
    except ValueError:
        return HttpResponse("您见过的叶数比现在的还多：现在的树变小了，不要见证。\n", content_type=TEXT, status=409)
    if text is None:
        raise Http404
    return HttpResponse(text, content_type=TEXT)


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Every change of the log's key as both keys signed it, one JSON line each; empty before the first."""
    changes = KeyChange.objects.order_by("number")
    lines = (json.dumps({"number": row.number, "note": row.note}, ensure_ascii=False) + "\n" for row in changes)
    return HttpResponse("".join(lines), content_type=TEXT)


@csrf_exempt
@require_POST
def cosign(request: HttpRequest) -> HttpResponse:
    """A witness sends its signature; no cookie is involved, the signature itself is the proof of who sends it."""
    body = request.read(LONGEST).decode("utf-8", "replace")
    first, _, line = body.partition("\n")
    size = whole_number(first)
    if size is None or not line.strip():
        return HttpResponse("应为两行：叶数和见证签名行。\n", content_type=TEXT, status=400)
    try:
        kept = accept_cosignature(size, line.strip())
    except Refused as refusal:
        return HttpResponse(f"{refusal.decision.sentence}\n", content_type=TEXT, status=400)
    return HttpResponse(f"已登记：{kept}。\n", content_type=TEXT)


class PaperPage(Page):
    """For somebody who holds the paper: which entry, which seal, witnessed or not. Nothing else."""

    template_name = "seals/paper.html"
    page_title = "核验纸面文件"
    is_public = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.http_method_not_allowed(request)
        return self.get(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.page_frame = {}  # no navigation on this page, whoever looks
        form = CodeForm(request.GET if "code" in request.GET else None)
        row = row_of(form.cleaned_data["code"]) if form.is_bound and form.is_valid() else None
        broken, statement = False, None
        try:
            statement = statement_about(row) if row else None
        except LookupError:
            broken = True
        return self.show(form=form, asked=form.is_bound, statement=statement, broken=broken)
