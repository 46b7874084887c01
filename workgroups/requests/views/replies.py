"""批复和批示督办."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.forms import PlainForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage
from admissions.evidence.incoming import incoming_of
from workgroups.meetings.enums import TaskStatus
from workgroups.meetings.forms import AcceptForm, ReportForm, TaskForm
from workgroups.meetings.views.decisions import EvidencePage

from .. import rules
from ..enums import FollowUpState
from ..forms import DisputeForm, ReplyForm
from ..models import Reply, ReplyTask, Submission
from ..printing import word_text
from ..selectors import leader_of, versions_for
from ..services import replies
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
        return [
            "批复原文、批复人、录入人和时间一并留存，录入后不能改动。",
            "代他人录入的，标明“待本人确认”，由批复人确认或者提出异议；确认前可以照办，不能作为依据。",
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "version": versions_for(self.request.user, self.object)[0]}


class OfReply(ActPage, ConfirmPage):
    """What somebody else wrote down, answered by whose word it is."""

    model = Reply
    argument = "reply"
    rule = staticmethod(rules.can_answer_reply)
    why = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("submission__group__season", "entered_by")

    def get_title(self) -> str:
        return f"{self.verb}：{self.object.submission}"

    def run(self, form: forms.Form) -> Reply:
        reason = form.cleaned_data.get("reason") or self.why
        return type(self).command(actor=self.request.user, reason=reason, reply=self.object)

    def home_of(self, record: Any) -> str:
        return submission_url(self.object.submission)

    def context(self) -> dict[str, Any]:
        row = self.object
        facts = [
            ("请示报告", row.submission),
            ("结论", row.get_kind_display()),
            ("批复原文", row.text),
            ("代录", f"{row.entered_by.name}，{minute_text(row.entered_at)}"),
        ]
        return {**super().context(), "facts": facts}


class ReplyConfirmPage(OfReply):
    form_class = PlainForm
    verb, submit_label, submit_style, why = "确认代录的批复", "确认是本人的批复", "primary", "本人确认"
    command = staticmethod(replies.confirm_reply)

    def consequences(self) -> list[str]:
        return ["确认后，这条批复可以作为办理的依据，由您负责。"]


class ReplyDisputePage(OfReply):
    form_class = DisputeForm
    verb, submit_label, submit_style = "对代录的批复提出异议", "提出异议", "danger"
    command = staticmethod(replies.dispute_reply)

    def consequences(self) -> list[str]:
        return [
            "代录的内容和您的异议并列留存，都不能改动；这条批复不能作为办理的依据。",
            "已交办的督办事项停止办理；请示恢复为待批复，请重新批复。",
        ]


class ReplyTaskAssignPage(ActPage):
    model = Reply
    form_class = TaskForm
    argument, verb, submit_label = "reply", "交办批示督办事项", "交办"
    command = staticmethod(replies.assign_reply_task)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("submission__group__season", "submission__addressee")

    def may_open(self) -> Any:
        return rules.can_assign_under(self.request.user, self.object)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def home_of(self, record: Any) -> str:
        return submission_url(self.object.submission)


class ReplyTaskPage(DetailPage):
    model = ReplyTask

    def get_queryset(self) -> QuerySet:
        related = ("reply__submission__group__season", "reply__entered_by", "assignee", "acceptor", "evidence")
        return super().get_queryset().select_related(*related)

    def crumbs(self) -> list[tuple[str, str]]:
        return [("督办", reverse("workgroups:follow-ups"))]

    def status(self) -> TaskStatus | FollowUpState:
        row = self.object
        stopped = row.reply.is_disputed and row.status != TaskStatus.ACCEPTED
        return FollowUpState.STOPPED if stopped else TaskStatus(row.status)

    def needs(self) -> str:
        reply = self.object.reply
        if reply.is_disputed:
            return "批复人对这条代录的批复有异议，停止办理，等候重新批复。"
        return f"{reply.said_name}确认代录的批复；确认前可以照办，不能作为依据。" if reply.is_waiting else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("请示报告", row.reply.submission),
            ("批复原文", row.reply.text),
            *([("批复情况", word_text(row.reply))] if row.reply.is_entered_by_another else []),
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
        about = row.reply.submission
        evidence = []
        if row.evidence is not None:
            url = reverse("workgroups:reply-task-evidence", args=[row.pk])
            evidence = [PageAction("下载办理证据", url, icon="download")]
        if not Submission.objects.visible_to(user).filter(pk=about.pk).exists():
            return [*self._acts(user, row), *evidence]
        return [*self._acts(user, row), *evidence, PageAction("查看请示报告", submission_url(about), icon="file-text")]

    def _acts(self, user: Any, row: ReplyTask) -> list[PageAction]:
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


class ReplyTaskEvidencePage(EvidencePage):
    model = ReplyTask
    season_path, task_page = "reply__submission__group__season", "workgroups:reply-task"


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
