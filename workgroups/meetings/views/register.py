"""决策登记册."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.scope import TrailScope
from admissions.audit.trail import record_export
from admissions.core import purpose
from admissions.core.decision import Decision, allow, deny
from admissions.core.views import Page
from admissions.seasons.pages import OfSeasonPage

from ..models.scoping import sees_all_meetings, supervises
from ..register import register_of


class RegisterDownload(OfSeasonPage, Page):
    """The season's decisions as JSON; taking it is an entry in the ledger with the file's digest."""

    page_title = "决策登记册"
    above = (("决议", "meetings:resolutions"),)

    def may_open_in_season(self) -> Decision:
        if sees_all_meetings(self.request.user) or supervises(self.request.user):
            return allow()
        return deny("决策登记册由会务和监督人员导出。", who_can="需要查阅的，请联系行政秘书。")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = purpose.stated(request)
        if not form.is_valid():
            back = reverse("meetings:resolutions")
            return purpose.ask(request, form, f"导出《{self.page_title}》", self.crumbs(), back)
        register = register_of(request.user, self.season)
        record_export(
            actor=request.user,
            name=self.page_title,
            filters={"录取季": self.season.name, "格式": register["schema"]},
            row_count=len(register["items"]),
            rowset_hash=register["digest"],
            purpose=form.words(),
            scope=TrailScope(season_id=self.season.pk, season_label=self.season.name),
        )
        text = json.dumps(register, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="decision-register-{self.season.pk}.json"'
        return response
