"""表态、监督意见、结果、决议、督办."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, ListPage, Page, RecordPage
from admissions.evidence.giving import give_file
from admissions.evidence.incoming import incoming_of
from workgroups.seasonal import OfSeasonPage

from .. import rules
from ..enums import VOTING, DecisionMode, Stance, TaskStatus
from ..forms import (
    AcceptForm,
    DecideForm,
    EnteredPositionForm,
    HeadDecideForm,
    OpinionForm,
    PositionForm,
    ReportForm,
    ResolutionForm,
    RuleDeferralForm,
    TaskForm,
)
from ..models import Position, Resolution, ResolutionTask, Seat, SupervisorOpinion
from ..models.scoping import sees_all_meetings, supervises
from ..selectors import floor_of, resolutions_of
from ..services import decisions
from ..tables import ResolutionFilter, ResolutionTable
from .items import OfItem, item_url


class ItemOpenPage(OfItem):
    verb, submit_label = "开始审议", "开始审议"
    rule, command = staticmethod(rules.can_open_item), staticmethod(decisions.open_item)

    def consequences(self) -> list[str]:
        return ["议题内容和议决规则就此固定，在场成员开始表态。", "须回避的人应当离场。"]


class StatePage(OfItem):
    form_class = PositionForm
    verb, submit_label = "表态", "提交表态"
    template_name = "workgroups/meetings/state.html"
    rule, command = staticmethod(rules.can_state_position), staticmethod(decisions.state_position)

    def run(self, form: forms.Form) -> Position:
        seat = rules.seat_of(self.request.user, self.object.meeting)
        return decisions.state_position(
            actor=self.request.user, reason="本人表态", item=self.object, seat=seat, **form.cleaned_data
        )

    def success_response(self, result: Position) -> HttpResponse:
        """The receipt takes the form's place at once; the roll of the meeting follows on its own page (decision 0052)."""
        if not self.request.htmx:
            return super().success_response(result)
        return render(self.request, "workgroups/meetings/stated.html", {"position": result, "item": self.object})

    def consequences(self) -> list[str]:
        return [
            "表态逐次留存，不能改动；以最后一次为准。",
            "主要负责人以外的在场成员都表态之前，其他人看不到您的表态。",
        ]


class EnterPage(OfItem):
    form_class = EnteredPositionForm
    verb, submit_label = "代录成员表态", "录入"
    template_name = "workgroups/meetings/state.html"
    rule, command = staticmethod(rules.can_enter_positions), staticmethod(decisions.state_position)

    def form_kwargs(self) -> dict[str, Any]:
        seats = Seat.objects.filter(meeting=self.object.meeting, kind__in=VOTING)
        return {**super().form_kwargs(), "seats": seats.order_by("order", "id")}

    def run(self, form: forms.Form) -> Position:
        return decisions.state_position(
            actor=self.request.user, reason="代录本人口头表态", item=self.object, **form.cleaned_data
        )

    def consequences(self) -> list[str]:
        return ["记为“成员表态、由您录入”，两人的姓名都会留痕。"]


class RuleDeferralPage(ActPage):
    model = Position
    form_class = RuleDeferralForm
    argument, verb, submit_label = "position", "裁定暂缓条件已解决", "裁定"
    command = staticmethod(decisions.rule_deferral)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(stance=Stance.DEFER).select_related("item__meeting__group__season", "seat")

    def may_open(self) -> Decision:
        return rules.can_rule_deferral(self.request.user, self.object.item)

    def home_of(self, record: Any) -> str:
        return item_url(self.object.item)


class OpinionPage(OfItem):
    form_class = OpinionForm
    verb, submit_label = "填写监督意见", "提交意见"
    rule, command = staticmethod(rules.can_give_opinion), staticmethod(decisions.give_opinion)

    def consequences(self) -> list[str]:
        return ["监督意见不是表决。“制止”的，决议在答复并经您认可前不得执行。", "提交后不能改动。"]


class OfOpinion(ActPage):
    model = SupervisorOpinion
    form_class = ReasonForm
    argument = "opinion"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__meeting__group__season", "seat__person")

    def home_of(self, record: Any) -> str:
        return item_url(self.object.item)


class OpinionAnswerPage(OfOpinion):
    verb, submit_label = "答复监督意见", "答复"
    rule, command = staticmethod(rules.can_answer_opinion), staticmethod(decisions.answer_opinion)


class OpinionSettlePage(OfOpinion):
    verb, submit_label = "认可答复", "认可"
    rule, command = staticmethod(rules.can_settle_opinion), staticmethod(decisions.settle_opinion)


class DecidePage(OfItem, ConfirmPage):
    verb, submit_label, submit_style = "宣布结果", "宣布结果", "primary"
    template_name = "workgroups/meetings/decide.html"
    rule, command = staticmethod(rules.can_decide), staticmethod(decisions.decide)

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
        return {**super().context(), "floor": floor_of(self.object, self.request.user)}


class DeferPage(OfItem):
    verb, submit_label = "暂缓审议", "暂缓"
    rule, command = staticmethod(rules.can_defer), staticmethod(decisions.defer_item)

    def consequences(self) -> list[str]:
        return ["本次不作决定，表态留存；可列入以后的会议重新审议。"]


class ResolvePage(OfItem):
    form_class = ResolutionForm
    verb, submit_label = "形成决议", "形成决议"
    rule, command = staticmethod(rules.can_issue_resolution), staticmethod(decisions.issue_resolution)

    def initial(self) -> dict[str, Any]:
        return {"text": self.object.proposal}

    def consequences(self) -> list[str]:
        return ["决议与所决定的内容绑定：此后议题材料有改动，决议即告失效。"]

    def success_url(self, result: Resolution) -> str:
        return reverse("workgroups:resolution", args=[result.pk])


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
        found = [PageAction("督办", f"{reverse('workgroups:follow-ups')}?source=resolution", icon="checklist")]
        if sees_all_meetings(self.request.user) or supervises(self.request.user):
            found.append(PageAction("导出决策登记册", reverse("workgroups:decision-register"), icon="file-export"))
        return found


class ResolutionPage(DetailPage):
    template_name = "workgroups/meetings/resolution.html"
    model = Resolution

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__group__season", "item__meeting", "item__tally", "issued_by")

    def crumbs(self) -> list[tuple[str, str]]:
        return [("决议", reverse("workgroups:resolutions"))]

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
        may = rules.can_assign_task(user, row)
        decision = may if not may.ok else self.in_force
        return [
            PageAction("交办督办事项", reverse("workgroups:task-assign", args=[row.pk]), decision, "plus", "primary"),
            PageAction("查看议题", item_url(row.item), icon="file-text"),
        ]

    def history_url(self) -> str:
        return reverse("audit:record", args=[self.object._meta.label_lower, self.object.pk])

    def context(self) -> dict[str, Any]:
        rows = ResolutionTask.objects.visible_to(self.request.user).filter(resolution=self.object)
        return {**super().context(), "tasks": rows.select_related("assignee", "acceptor")}


class TaskAssignPage(ActPage):
    model = Resolution
    form_class = TaskForm
    argument, verb, submit_label = "resolution", "交办督办事项", "交办"
    rule, command = staticmethod(rules.can_assign_task), staticmethod(decisions.assign_task)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__group__season")

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def home_of(self, record: Any) -> str:
        return reverse("workgroups:resolution", args=[self.object.pk])


class TasksMoved(Page):
    """The list has become a part of 督办, which also shows the tasks of replies; the filters go along."""

    source = "resolution"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.copy()
        query["source"] = self.source
        return redirect(f"{reverse('workgroups:follow-ups')}?{query.urlencode()}")


class TaskPage(DetailPage):
    model = ResolutionTask

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("resolution__item__group__season", "assignee", "acceptor", "evidence")
        )

    def crumbs(self) -> list[tuple[str, str]]:
        return [("督办", reverse("workgroups:follow-ups"))]

    def status(self) -> TaskStatus:
        return TaskStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("决议", row.resolution),
            ("责任人", row.assignee.name),
            ("验收人", row.acceptor.name),
            ("完成时限", row.due_on),
            ("办理情况", row.report or "—"),
            ("办理证据", row.evidence.name if row.evidence else "—"),
            ("报告时间", minute_text(row.reported_at) if row.reported_at else "—"),
            ("验收意见", row.verdict or "—"),
            ("验收时间", minute_text(row.accepted_at) if row.accepted_at else "—"),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        evidence = []
        if row.evidence is not None:
            evidence = [PageAction("下载办理证据", reverse("workgroups:task-evidence", args=[row.pk]), icon="download")]
        if row.status == TaskStatus.ACCEPTED:
            return evidence
        report, accept = rules.can_report_task(user, row), rules.can_accept_task(user, row)
        return [
            PageAction(
                "报告办理情况", reverse("workgroups:task-report", args=[row.pk]), report, "player-play", "primary"
            ),
            PageAction("验收", reverse("workgroups:task-accept", args=[row.pk]), accept, "check"),
            *evidence,
        ]

    def history_url(self) -> str:
        return reverse("audit:record", args=[self.object._meta.label_lower, self.object.pk])


class EvidencePage(RecordPage):
    """办理证据: whoever sees the task, above all the acceptor, reads what the report rests on."""

    # Up to the season, which the frame shows.
    season_path, task_page = "", ""

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(evidence__isnull=False)
        return rows.select_related(self.season_path, "assignee", "acceptor", "evidence")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.object
        home = reverse(self.task_page, args=[row.pk])
        crumbs = [("督办", reverse("workgroups:follow-ups")), (str(row), home)]
        return give_file(request, row.evidence, target=row, label="下载办理证据", crumbs=crumbs, back=home)


class TaskEvidencePage(EvidencePage):
    model = ResolutionTask
    season_path, task_page = "resolution__item__group__season", "workgroups:task"


class OfTask(ActPage):
    model = ResolutionTask
    argument = "task"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("resolution__item__group__season", "assignee", "acceptor")

    def home_of(self, record: Any) -> str:
        return reverse("workgroups:task", args=[self.object.pk])


class TaskReportPage(OfTask):
    form_class = ReportForm
    verb, submit_label = "报告办理情况", "报告"
    rule, command = staticmethod(rules.can_report_task), staticmethod(decisions.report_task)

    def run(self, form: forms.Form) -> ResolutionTask:
        incoming = incoming_of(form)
        return decisions.report_task(
            actor=self.request.user, reason="报告办理情况", task=self.object, incoming=incoming, **form.cleaned_data
        )


class TaskAcceptPage(OfTask):
    form_class = AcceptForm
    verb, submit_label = "验收督办事项", "提交验收意见"
    rule, command = staticmethod(rules.can_accept_task), staticmethod(decisions.accept_task)
