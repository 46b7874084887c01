"""The page of an act that waits for everything else: what is left is listed, and the form comes when nothing holds."""

from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from admissions.core.views import PER_PAGE, ConfirmPage, page_of

from .questions import Unfinished
from .unfinished import holding


class LastActPage(ConfirmPage):
    """Subclasses say what is `left`; the command asks the same function again, under its lock.

    `?left=` with one of the kinds lists the very records that were counted, each with its own page.
    """

    def left(self) -> list[Unfinished]:
        raise NotImplementedError

    @cached_property
    def found(self) -> list[Unfinished]:
        return self.left()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("left", "")
        if not kind:
            return super().get(request, *args, **kwargs)
        one = next((one for one in self.found if one.kind == kind and one.rows is not None and one.count), None)
        if one is None:
            messages.info(request, f"“{kind}”已没有未办结的。")
            return redirect(self.address())
        return render(request, "ui/list_page.html", self.rows_of(one))

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        self.template_name = "ui/unfinished_page.html" if holding(self.found) else "ui/last_act_page.html"
        return super().show(status=status, **extra)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "holding": [(one, self.link(one)) for one in self.found if one.holds],
            "carried": [(one, self.link(one)) for one in self.found if not one.holds],
        }

    def link(self, one: Unfinished) -> str:
        """To what was counted, or to where it is made; empty where the reader sees none of it."""
        if not one.count:
            return ""
        return self.address(one.kind) if one.rows is not None else one.url

    def address(self, kind: str = "") -> str:
        """Of this page with what its address already asks."""
        query = self.request.GET.copy()
        for name in ("left", "page"):
            query.pop(name, None)
        if kind:
            query["left"] = kind
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def rows_of(self, one: Unfinished) -> dict[str, Any]:
        table = LeftTable(one, one.rows.order_by("pk"))
        RequestConfig(self.request, paginate={"per_page": PER_PAGE}).configure(table)
        count = f"共 {one.count} 项" + ("，另有您看不到的" if one.hidden else "")
        who = f"由谁办理：{one.who}。" if one.holds else f"{one.who}：{one.carry_over}"
        return {
            "page_title": one.kind,
            "page_intro": who,
            "crumbs": [*self.crumbs(), (self.get_title(), self.address())],
            "table": table,
            "count_text": count,
        }


class LeftTable(tables.Table):
    """Records of one kind by their own words, each linked to its page where it has one."""

    def __init__(self, one: Unfinished, rows: Any) -> None:
        named = tables.Column(
            verbose_name="事项",
            empty_values=(),
            orderable=False,
            linkify=lambda record: (one.page or page_of)(record) or None,
        )
        super().__init__(rows, extra_columns=[("record", named)])

    def render_record(self, record: Any) -> str:
        return str(record)
