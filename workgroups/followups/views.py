"""督办: the list, the task's own page, and the acts on it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.views import ActPage, ConfirmPage, DetailPage, ListPage, RecordPage
from admissions.evidence.file_pages import Content, FilePage, content_of
from admissions.evidence.incoming import incoming_of
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import FINAL, FollowUpState, TaskStatus
from .forms import AcceptForm, AssignForm, HandOnForm, ReportForm, RetractForm
from .models import FollowUp
from .origins import kind_called, kind_of
from .selectors import follow_ups_of
from .tables import FollowUpFilter, FollowUpTable

LIST = "followups:list"


def assign_action(user: Any, record: Any) -> PageAction:
    """The button “督办” on the page of what orders tasks."""
    url = reverse("followups:assign", args=[kind_of(record).code, record.pk])
    return PageAction("交办督办事项", url, rules.can_assign(user, record), "plus", "primary")


class FollowUpListPage(OfSeasonPage, ListPage):
    model = FollowUp
    table_class = FollowUpTable
    filterset_class = FollowUpFilter
    page_title = "督办"
    page_intro = "决议和批复要求办理的事项：责任人报告办理情况，验收人（不能是责任人本人）验收。"
    unit = "项"
    export_name = "督办事项"
    empty_title = "没有您可以看到的督办事项"
    empty_text = "决议形成后、批复后交办的任务在这里跟踪：责任人报告，验收人验收。"

    def get_queryset(self) -> QuerySet:
        return follow_ups_of(self.request.user, self.season)


class AssignPage(ActPage):
    """For the record named in the address, of whatever kind orders tasks."""

    form_class = AssignForm
    argument, verb, submit_label = "origin", "交办督办事项", "交办"
    rule, command = rules.can_assign, services.assign_task
    above = (("督办", LIST),)

    def get_queryset(self) -> QuerySet:
        kind = kind_called(self.kwargs["kind"])
        if kind is None:
            raise Http404
        return kind.rows().visible_to(self.request.user).select_related(*kind.related)

    def get_title(self) -> str:
        return f"{self.verb}：{kind_of(self.object).title_of(self.object)}"

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def home_of(self, record: Any) -> str:
        return kind_of(self.object).url(self.object)


class OfTask(RecordPage):
    model = FollowUp
    above = (("督办", LIST),)

    def get_queryset(self) -> QuerySet:
        return (
            super()
            .get_queryset()
            .with_state()
            .select_related("group__season", "assignee", "acceptor", "retracted_by", "evidence")
        )


class FollowUpPage(OfTask, DetailPage):
    def prepare(self) -> None:
        super().prepare()
        self.kind, self.origin = self.object.kind, self.object.origin

    def status(self) -> FollowUpState:
        return self.object.standing

    def needs(self) -> str:
        if self.object.status in FINAL:
            return ""
        stands = self.kind.still_stands(self.origin)
        if not stands.ok:
            return stands.sentence
        return f"{self._next_act()}{self.kind.remark(self.origin)}"

    def _next_act(self) -> str:
        if self.object.status == TaskStatus.REPORTED:
            return f"{self.object.acceptor.name}验收。"
        return f"{self.object.assignee.name}报告办理情况。"

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        retracted = (
            [("收回", f"{row.retracted_by.name}，{minute_text(row.retracted_at)}"), ("收回事由", row.retracted_why)]
            if row.retracted_by is not None
            else []
        )
        return [
            *self.kind.facts(self.origin),
            ("责任人", row.assignee.name),
            ("验收人", row.acceptor.name),
            ("完成时限", row.due_on),
            ("办理情况", row.report or "—"),
            ("办理证据", row.evidence.name if row.evidence else "—"),
            ("报告时间", minute_text(row.reported_at) if row.reported_at else "—"),
            ("验收意见", row.verdict or "—"),
            ("验收时间", minute_text(row.accepted_at) if row.accepted_at else "—"),
            *retracted,
        ]

    def actions(self) -> list[PageAction]:
        row, found = self.object, []
        if row.status not in FINAL:
            found = self._acts()
        if row.evidence is not None:
            url = reverse("followups:file", args=[row.pk])
            found.append(PageAction("下载办理证据", url, icon="download"))
        if self.kind.rows().visible_to(self.request.user).filter(pk=self.origin.pk).exists():
            found.append(PageAction(f"查看{self.kind.label}", self.kind.url(self.origin), icon="file-text"))
        return found

    def _acts(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        report, accept, hand_on = (rule(user, row) for rule in (rules.can_report, rules.can_accept, rules.can_hand_on))
        acts = [
            PageAction("报告办理情况", self._url("followups:report"), report, "edit", "primary"),
            PageAction("验收", self._url("followups:accept"), accept, "check"),
        ]
        if hand_on.ok:
            acts.append(PageAction("改派", self._url("followups:hand-on"), hand_on, "arrows-exchange"))
        retract = rules.can_retract(user, row)
        if retract.ok:
            acts.append(PageAction("收回", self._url("followups:retract"), retract, "ban", "danger"))
        return acts

    def _url(self, act: str) -> str:
        return reverse(act, args=[self.object.pk])


class EvidencePage(OfTask, FilePage):
    """办理证据: whoever sees the task, above all the acceptor, reads what the report rests on."""

    label = "下载办理证据"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(evidence__isnull=False)

    def content(self) -> Content:
        return content_of(self.object.evidence)


class OnTask(OfTask, ActPage):
    argument = "task"


class ReportPage(OnTask):
    form_class = ReportForm
    verb, submit_label = "报告办理情况", "报告"
    rule, command = rules.can_report, services.report_task

    def run(self, form: forms.Form) -> FollowUp:
        incoming = incoming_of(form)
        return services.report_task(
            actor=self.request.user, reason="报告办理情况", task=self.object, incoming=incoming, **form.cleaned_data
        )


class AcceptPage(OnTask):
    form_class = AcceptForm
    verb, submit_label = "验收督办事项", "提交验收意见"
    rule, command = rules.can_accept, services.accept_task


class HandOnPage(OnTask):
    form_class = HandOnForm
    verb, submit_label = "改派督办事项", "改派"
    rule, command = rules.can_hand_on, services.hand_on_task

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        return {"assignee": self.object.assignee_id, "acceptor": self.object.acceptor_id}

    def consequences(self) -> list[str]:
        return ["任务和完成时限不变；换了责任人的，由新的责任人重新报告。", "原来的责任人和验收人在经过里可以查到。"]


class RetractPage(OnTask, ConfirmPage):
    form_class = RetractForm
    verb, submit_label, success_text = "收回督办事项", "收回", "已收回，不再办理。"
    rule, command = rules.can_retract, services.retract_task

    def consequences(self) -> list[str]:
        return [
            "督办事项到此终结：不再报告、验收和催办，也不转到别处；依据以后恢复的，另行交办。",
            "已报告的办理情况和证据保留，收回人、时间和事由都在本页和经过里可以查到。",
        ]
