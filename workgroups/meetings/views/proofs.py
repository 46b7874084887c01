"""核对计票, and the proof as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.trail import record_export
from admissions.core import purpose
from admissions.core.actions import PageAction
from admissions.core.views import DetailPage, RecordPage

from .. import tally
from ..checking import steps_of
from ..models import Tally


class OfTally(RecordPage):
    model = Tally

    def way(self) -> list[tuple[str, str]]:
        item = self.object.item
        return [("议题", reverse("meetings:items")), (item.title, item.get_absolute_url())]


class TallyPage(OfTally, DetailPage):
    """Each step of the result computed anew from the stored proof."""

    template_name = "meetings/tally.html"
    has_history = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__group__season", "decided_by")

    def get_title(self) -> str:
        return f"核对计票：{self.object.item}"

    def actions(self) -> list[PageAction]:
        return [PageAction("下载计票证明", reverse("meetings:tally-file", args=[self.object.pk]), icon="file-export")]

    def context(self) -> dict[str, Any]:
        steps = steps_of(self.object)
        return {**super().context(), "steps": steps, "holds": all(step.holds for step in steps)}


class TallyFile(OfTally):
    """The very bytes the digest is computed over; taking them is an entry in the ledger."""

    def get_title(self) -> str:
        return f"计票证明：{self.object.item}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = purpose.stated(request)
        if not form.is_valid():
            back = reverse("meetings:tally", args=[self.object.pk])
            return purpose.ask(request, form, f"下载{self.get_title()}", self.crumbs(), back)
        record_export(
            actor=request.user,
            name=self.get_title(),
            filters={"摘要": self.object.digest},
            row_count=1,
            rowset_hash=self.object.digest,
            purpose=form.words(),
            scope=self.object.trail_scope(),
        )
        response = HttpResponse(tally.canonical(self.object.proof), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="tally-{self.object.pk}.json"'
        return response
