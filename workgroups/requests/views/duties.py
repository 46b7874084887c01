"""应报义务: what is owed, what was missed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage
from admissions.seasons.pages import OfSeasonPage

from .. import rules
from ..duty_triggers import trigger_label
from ..enums import DutyState, Timing
from ..forms import DutyForm
from ..models import ReportDuty, Submission
from ..selectors import duties_of
from ..services import duties
from ..tables import DutyFilter, DutyTable


class DutyListPage(OfSeasonPage, ListPage):
    model = ReportDuty
    table_class = DutyTable
    filterset_class = DutyFilter
    page_title = "应报事项"
    page_intro = "清单上的事件一发生，应报义务自动产生；到时没有报送的，记为应报未报并提醒上一级。"
    unit = "项"
    export_name = "应报事项"
    empty_title = "没有您可以看到的应报义务"
    empty_text = "事件发生后自动产生，也可以由在岗人员登记。"

    def get_queryset(self) -> QuerySet:
        return duties_of(self.request.user, self.season)

    def page_actions(self) -> list[PageAction]:
        may = rules.can_draft_in(self.request.user, self.season)
        new = PageAction("登记事项发生", reverse("requests:report-duty-open"), may, "plus", "primary")
        return [
            PageAction("应报事项清单", reverse("requests:reportables"), icon="clipboard-list"),
            *([new] if may.ok else []),
        ]


class DutyPage(DetailPage):
    model = ReportDuty
    above = (("应报事项", "requests:report-duties"),)

    def get_queryset(self) -> QuerySet:
        related = ("group__season", "addressee", "matter__clause__source", "opened_by", "waived_by", "follows")
        return super().get_queryset().select_related(*related)

    def prepare(self) -> None:
        super().prepare()
        rows = Submission.objects.visible_to(self.request.user).filter(duty=self.object)
        self.document = rows.exclude(status="withdrawn").first()

    def status(self) -> DutyState:
        return self.object.state

    def needs(self) -> str:
        row = self.object
        if not row.is_owed:
            return ""
        late = "，已逾期" if row.state == DutyState.MISSED else ""
        return f"{row.group}在{minute_text(row.due_at)}前向{row.addressee}报送{row.matter.get_kind_display()}{late}。"

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        before = f"，须事前{row.matter.hours}小时内报送" if row.matter.timing == Timing.BEFORE else ""
        found = [
            ("应报事项", row.matter),
            ("文种、时点", f"{row.matter.get_kind_display()}，{row.matter.get_timing_display()}{before}"),
            ("报送工作组", row.group),
            ("主送", row.addressee),
            ("发生时间", minute_text(row.happened_at)),
            ("报送时限", minute_text(row.due_at)),
            ("来由", self._origin()),
            ("文稿", self.document or "还没有起草"),
            ("报送时间", minute_text(row.fulfilled_at) if row.fulfilled_at else "—"),
        ]
        if row.missed_at:
            found.append(("记录应报未报", minute_text(row.missed_at)))
        if row.waived_by:
            found.append(("免报", f"{row.waived_by.name}，{minute_text(row.waived_at)}：{row.waive_reason}"))
        return found

    def _origin(self) -> str:
        row = self.object
        if row.event_id:
            return f"系统从留痕中发现（{trigger_label(row.matter.trigger)}）"
        return f"{row.opened_by.name}登记" if row.opened_by else "上一份报告之后须续报"

    def clauses(self) -> list[Any]:
        return [self.object.matter.clause] if self.object.matter.clause else [rules.REPORTING]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        if self.document is not None:
            address = reverse("requests:one", args=[self.document.pk])
            return [PageAction("查看文稿", address, icon="file-text", style="primary"), *self._waiving(user, row)]
        if not row.is_owed:
            return []
        return [PageAction(*self._drafting(user, row), "edit", "primary"), *self._waiving(user, row)]

    def _drafting(self, user: Any, row: ReportDuty) -> tuple[str, str, Decision]:
        if row.follows_id:
            address = reverse("requests:continue", args=[row.follows_id])
            return "续报", address, rules.can_continue(user, row.follows)
        known = urlencode({"duty": row.pk, "matter": row.matter_id, "group": row.group_id})
        address = reverse("requests:draft", args=[row.matter.kind])
        return f"起草{row.matter.get_kind_display()}", f"{address}?{known}", rules.can_draft(user, row.group)

    def _waiving(self, user: Any, row: ReportDuty) -> list[PageAction]:
        if not row.is_owed:
            return []
        may = rules.can_waive_duty(user, row)
        return [PageAction("准予免报", reverse("requests:report-duty-waive", args=[row.pk]), may, "ban")]


class DutyOpenPage(OfSeasonPage, FormPage):
    command = duties.open_duty
    form_class = DutyForm
    page_title = "登记事项发生"
    submit_label = "登记"
    above = (("应报事项", "requests:report-duties"),)

    def may_open_in_season(self) -> Decision:
        return rules.can_draft_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user, "season": self.season}

    def consequences(self) -> list[str]:
        return ["报送时限从发生时间起算；到时没有报送的，记为应报未报并提醒上一级。"]

    def run(self, form: forms.Form) -> ReportDuty:
        data = form.cleaned_data
        named = {name: data[name] for name in ("group", "matter", "what", "happened_at")}
        return duties.open_duty(actor=self.request.user, reason="登记事项发生", about=form.about(), **named)


class DutyWaivePage(ActPage):
    model = ReportDuty
    form_class = ReasonForm
    argument, verb, submit_label = "duty", "准予免报", "准予免报"
    rule, command = rules.can_waive_duty, duties.waive_duty

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group__season", "addressee", "matter")

    def consequences(self) -> list[str]:
        return ["这项义务不再要求报送，理由留存；已记录的应报未报不消除。"]
