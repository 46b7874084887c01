"""批复和批示."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from admissions.core.clock import minute_text
from admissions.core.forms import PlainForm
from admissions.core.views import ActPage, ConfirmPage

from .. import rules
from ..forms import DisputeForm, ReplyForm
from ..models import Reply
from ..selectors import leader_of, versions_for
from ..services import replies
from .acts import OfSubmission


class ReplyPage(OfSubmission):
    form_class = ReplyForm
    template_name = "requests/reply.html"
    submit_label, why = "录入批复", "录入批复"
    rule, command = rules.can_reply, replies.reply

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
    rule = rules.can_answer_reply
    why = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("submission__group__season", "entered_by")

    def get_title(self) -> str:
        return f"{self.verb}：{self.object.submission}"

    def run(self, form: forms.Form) -> Reply:
        reason = form.cleaned_data.get("reason") or self.why
        return type(self).command(actor=self.request.user, reason=reason, reply=self.object)

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
    command = replies.confirm_reply

    def consequences(self) -> list[str]:
        return ["确认后，这条批复可以作为办理的依据，由您负责。"]


class ReplyDisputePage(OfReply):
    form_class = DisputeForm
    verb, submit_label, submit_style = "对代录的批复提出异议", "提出异议", "danger"
    command = replies.dispute_reply

    def consequences(self) -> list[str]:
        return [
            "代录的内容和您的异议并列留存，都不能改动；这条批复不能作为办理的依据。",
            "已交办的督办事项停止办理；请示恢复为待批复，请重新批复。",
        ]
