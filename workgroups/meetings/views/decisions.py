"""表态、监督意见、结果、决议."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.views import ConfirmPage, DetailPage, ListPage
from admissions.seasons.pages import OfSeasonPage
from workgroups.followups.selectors import tasks_of_one
from workgroups.followups.views import assign_action

from .. import question_rules, rules, tally
from ..enums import DecisionMode
from ..forms import DecideForm, HeadDecideForm, PositionForm, ResolutionForm
from ..models import Position, Resolution
from ..models.scoping import sees_all_meetings, supervises
from ..selectors import floor_of, resolutions_of
from ..services import decisions
from ..tables import ResolutionFilter, ResolutionTable
from .items import OfItem


class ItemOpenPage(OfItem):
    verb, submit_label = "开始审议", "开始审议"
    rule, command = rules.can_open_item, decisions.open_item

    def consequences(self) -> list[str]:
        return ["议题内容和议决规则就此固定，在场成员开始表态。", "须回避的人应当离场。"]


class StatePage(OfItem):
    form_class = PositionForm
    verb, submit_label = "表态", "提交表态"
    template_name = "meetings/state.html"
    rule, command = rules.can_state_position, decisions.state_position

    def run(self, form: forms.Form) -> Position:
        seat = rules.seat_of(self.request.user, self.object.meeting)
        return decisions.state_position(
            actor=self.request.user, reason="本人表态", item=self.object, seat=seat, **form.cleaned_data
        )

    def success_response(self, result: Position) -> HttpResponse:
        """The receipt takes the form's place at once; the roll of the meeting follows on its own page (decision 0052)."""
        if not self.request.htmx:
            return super().success_response(result)
        return render(self.request, "meetings/stated.html", {"position": result, "item": self.object})

    def consequences(self) -> list[str]:
        return [
            "表态逐次留存，不能改动；以最后一次为准。",
            "主要负责人以外的在场成员都表态之前，其他人看不到您的表态。",
        ]


class DecidePage(OfItem, ConfirmPage):
    verb, submit_label, submit_style = "宣布结果", "宣布结果", "primary"
    template_name = "meetings/decide.html"
    rule, command = question_rules.can_announce, decisions.decide

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        heads = (self.object.rule or {}).get("mode") == DecisionMode.HEAD
        return (HeadDecideForm if heads else DecideForm)(data, files, **self.form_kwargs())

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def run(self, form: forms.Form) -> Any:
        return decisions.decide(actor=self.request.user, reason="宣布结果", item=self.object, **self.arguments(form))

    def consequences(self) -> list[str]:
        return [
            "系统按此刻的到会、回避和表态计算结果，保存计票证明。",
            "宣布后，规则、名单、表态和结果都不能再改；有新情况只能提请复议。",
        ]

    def context(self) -> dict[str, Any]:
        floor = floor_of(self.object, self.request.user)
        return {**super().context(), "floor": floor, "announcement": tally.announcement(floor.numbers)}


class DeferPage(OfItem):
    verb, submit_label = "暂缓审议", "暂缓"
    rule, command = rules.can_defer, decisions.defer_item

    def consequences(self) -> list[str]:
        return ["本次不作决定，表态留存；可列入以后的会议重新审议。"]


class ResolvePage(OfItem):
    form_class = ResolutionForm
    verb, submit_label = "形成决议", "形成决议"
    rule, command = rules.can_issue_resolution, decisions.issue_resolution

    def initial(self) -> dict[str, Any]:
        return {"text": self.object.proposal}

    def consequences(self) -> list[str]:
        return ["决议与所决定的内容绑定：此后议题材料有改动，决议即告失效。"]


class ResolutionListPage(OfSeasonPage, ListPage):
    model = Resolution
    table_class = ResolutionTable
    filterset_class = ResolutionFilter
    page_title = "决议"
    unit = "项决议"
    export_name = "决议"
    empty_title = "还没有您可以看到的决议"
    empty_text = "议题通过后，由行政秘书形成决议。"

    def get_queryset(self) -> Any:
        return resolutions_of(self.request.user, self.season)

    def page_actions(self) -> list[PageAction]:
        found = [PageAction("督办", f"{reverse('followups:list')}?source=resolution", icon="checklist")]
        if sees_all_meetings(self.request.user) or supervises(self.request.user):
            found.append(PageAction("导出决策登记册", reverse("meetings:register"), icon="file-export"))
        return found


class ResolutionPage(DetailPage):
    template_name = "meetings/resolution.html"
    model = Resolution
    above = (("决议", "meetings:resolutions"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__group__season", "item__meeting", "item__tally", "issued_by")

    def needs(self) -> str:
        return self.in_force.sentence if not self.in_force.ok else ""

    def prepare(self) -> None:
        super().prepare()
        self.in_force = rules.in_force(self.object)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("议题", row.item.title),
            ("决策机构", row.item.group),
            ("会议", row.item.meeting),
            ("结果", row.item.tally.sentence),
            ("效力", "有效" if self.in_force.ok else "不得执行"),
            ("形成时间", minute_text(row.issued_at)),
            ("形成人", row.issued_by.name),
            ("执行", f"无需执行：{row.no_action_reason}" if row.no_action_reason else "见督办事项"),
            ("内容摘要", row.content_hash),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        return [assign_action(user, row), PageAction("查看议题", row.item.get_absolute_url(), icon="file-text")]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tasks": tasks_of_one(self.request.user, self.object)}
