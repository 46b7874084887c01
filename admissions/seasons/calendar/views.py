"""The calendar of a year, and the file to fill in for a year that is not there yet."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import today
from admissions.core.views import Page

from .grid import months_of, totals
from .imports import KIND
from .rules import can_import_calendar
from .selectors import calendar_years, days_of
from .template import template_file

EARLIEST, LATEST = 2004, 2100


class CalendarPage(Page):
    template_name = "seasons/calendar.html"

    def prepare(self) -> None:
        self.year = self.kwargs.get("year", today().year)
        if not EARLIEST <= self.year <= LATEST:
            raise Http404

    def get_title(self) -> str:
        return f"{self.year}年工作日历"

    def way(self) -> list[tuple[str, str]]:
        return [("工作日历", reverse("seasons:calendar"))] if "year" in self.kwargs else []

    def context(self) -> dict[str, Any]:
        years = calendar_years()
        days = days_of(self.year) if self.year in years else {}
        return {
            **super().context(),
            "page_intro": "期限按此推算。没有日历的年份不推算，不作估计。",
            "year": self.year,
            "years": years,
            "earlier": self.year - 1 if self.year > EARLIEST else None,
            "later": self.year + 1 if self.year < LATEST else None,
            "months": months_of(self.year, days, today()) if days else [],
            "totals": totals(days),
            "sources": sorted({day.source for day in days.values()}),
            "page_actions": self._actions(bool(days)),
        }

    def _actions(self, is_there: bool) -> list[PageAction]:
        decision = can_import_calendar(self.request.user)
        if not decision:
            return []
        upload = PageAction("导入工作日历", reverse("evidence:import-upload", args=[KIND]), icon="file-import")
        template = reverse("seasons:calendar-template", args=[self.year])
        return [upload] if is_there else [PageAction(f"下载{self.year}年模板", template, icon="download"), upload]


class CalendarTemplatePage(Page):
    """All days of a year with plain weekends, to be changed by the year's notice and imported."""

    def may_open(self) -> Any:
        return can_import_calendar(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        year = self.kwargs["year"]
        if not EARLIEST <= year <= LATEST:
            raise Http404
        response = HttpResponse(template_file(year), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename=calendar-{year}.csv"
        return response
