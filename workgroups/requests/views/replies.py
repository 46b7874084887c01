"""批复和批示督办."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.views import ActPage, DetailPage, ListPage
from admissions.evidence.incoming import incoming_of
from workgroups.meetings.enums import TaskStatus
from workgroups.meetings.forms import AcceptForm, ReportForm, TaskForm
from workgroups.seasonal import OfSeasonPage

from .. import rules
from ..forms import ReplyForm
from ..models import Reply, ReplyTask
from ..selectors import leader_of, reply_tasks_of
from ..services import replies
from ..tables import ReplyTaskFilter, ReplyTaskTable
from .acts import OfSubmission
from .submissions import submission_url


def task_url(task: ReplyTask) -> str:
    return reverse("workgroups:reply-task", args=[task.pk])


class ReplyPage(OfSubmission):
    form_class = ReplyForm
    template_name = "workgroups/requests/reply.html"
    submit_label, why = "录入批复", "录入批复"
    rule, command = staticmethod(rules.can_reply), staticmethod(replies.reply)

    def get_title(self) -> str:
        return f"{'批复' if self.object.is_request else '批示'}：{self.object}"

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user, "submission": self.object}

    def initial(self) -> dict[str, Any]:
        return {"said_by": leader_of(self.object.addressee), "said_at": timezone.localtime()}

    def consequences(self) -> list[str]:
        return ["批复原文、批复人、录入人和时间一并留存，录入后不能改动。"]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "version": rules.newest(self.object)}


class ReplyTaskAssignPage(ActPage):
    model = Reply
    form_class = TaskForm
    argument, verb, submit_label = "reply", "交办批示督办事项", "交办"
    command = staticmethod(replies.assign_reply_task)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("submission__group__season", "submission__addressee")

    def may_open(self) -> Any:
        return rules.can_assign_reply_task(self.request.user, self.object.submission)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def home_of(self, record: Any) -> str:
        return submission_url(self.object.submission)


class ReplyTaskListPage(OfSeasonPage, ListPage):
    model = ReplyTask
    table_class = ReplyTaskTable
    filterset_class = ReplyTaskFilter
    page_title = "批示督办"
    unit = "项"
    export_name = "批示督办"
    empty_title = "没有您可以看到的批示督办事项"
    empty_text = "批复、批示要求办理的，交办后在这里跟踪：责任人报告，验收人验收。"

    def get_queryset(self) -> QuerySet:
        return reply_tasks_of(self.request.user, self.season)


class ReplyTaskPage(DetailPage):
    model = ReplyTask

    def get_queryset(self) -> QuerySet:
        related = ("reply__submission__group__season", "assignee", "acceptor", "evidence")
        return super().get_queryset().select_related(*related)

    def crumbs(self) -> list[tuple[str, str]]:
        return [("批示督办", reverse("workgroups:reply-tasks"))]

    def status(self) -> TaskStatus:
        return TaskStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("请示报告", row.reply.submission),
            ("批复原文", row.reply.text),
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
        if row.status == TaskStatus.ACCEPTED:
            return []
        report, accept = rules.can_report_reply_task(user, row), rules.can_accept_reply_task(user, row)
        return [
            PageAction(
                "报告办理情况", reverse("workgroups:reply-task-report", args=[row.pk]), report, "edit", "primary"
            ),
            PageAction("验收", reverse("workgroups:reply-task-accept", args=[row.pk]), accept, "check"),
        ]

    def history_url(self) -> str:
        return reverse("audit:record", args=[self.object._meta.label_lower, self.object.pk])


class OfReplyTask(ActPage):
    model = ReplyTask
    argument = "task"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("reply__submission__group__season", "assignee", "acceptor")

    def home_of(self, record: Any) -> str:
        return task_url(self.object)


class ReplyTaskReportPage(OfReplyTask):
    form_class = ReportForm
    verb, submit_label = "报告办理情况", "报告"
    rule, command = staticmethod(rules.can_report_reply_task), staticmethod(replies.report_reply_task)

    def run(self, form: forms.Form) -> ReplyTask:
        incoming = incoming_of(form)
        return replies.report_reply_task(
            actor=self.request.user, reason="报告办理情况", task=self.object, incoming=incoming, **form.cleaned_data
        )


class ReplyTaskAcceptPage(OfReplyTask):
    form_class = AcceptForm
    verb, submit_label = "验收批示督办事项", "提交验收意见"
    rule, command = staticmethod(rules.can_accept_reply_task), staticmethod(replies.accept_reply_task)
