"""The acts on a request or report before it is answered."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.forms import PlainForm, ReasonForm
from admissions.core.views import ActPage, ConfirmPage
from admissions.evidence.incoming import incoming_of

from .. import rules
from ..document import content_of, digest_of
from ..enums import ReportStage, SubmissionStatus
from ..forms import AttachForm, ChangeDraftForm, ContinueForm, SignForm
from ..models import Submission
from ..prefill import from_report
from ..selectors import versions_for
from ..services import attachments, submissions


class OfSubmission(ActPage):
    """`why` stands in the trail where the act needs no reason of its own."""

    model = Submission
    argument = "submission"
    form_class = PlainForm
    why = ""

    def get_queryset(self) -> QuerySet:
        related = ("group__season", "group__parent", "addressee", "matter", "duty")
        return super().get_queryset().select_related(*related)

    def run(self, form: forms.Form) -> Any:
        reason = form.cleaned_data.get("reason") or self.why
        named = {self.argument: self.object, **self.arguments(form)}
        return type(self).command(actor=self.request.user, reason=reason, **named)


class SubmissionChangePage(OfSubmission):
    form_class = ChangeDraftForm
    verb, submit_label, why = "修改文稿", "保存", "修改文稿"
    rule, command = rules.can_change_draft, submissions.change_draft

    def prepare(self) -> None:
        super().prepare()
        self.version = rules.newest(self.object)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "kind": self.object.kind, "has_been_signed": self.version.number > 1}

    def initial(self) -> dict[str, Any]:
        values = {name: getattr(self.version, name) for name in (*submissions.TEXT, "change")}
        return {**values, "options": "\n".join(self.version.options), "urgency": self.object.urgency}

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        data = form.cleaned_data
        return {"text": form.text(), "urgency": data["urgency"], "change": data.get("change", "")}


class SubmissionAttachPage(OfSubmission):
    form_class = AttachForm
    verb, submit_label = "添加附件", "添加"
    rule, command = rules.can_change_draft, attachments.attach

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"incoming": incoming_of(form), "name": form.cleaned_data["name"]}

    def run(self, form: forms.Form) -> Submission:
        self.why = f"附件“{form.cleaned_data['name']}”"
        return super().run(form)

    def consequences(self) -> list[str]:
        return ["附件的名称和校验值随正文一起签发，签发后不能改动；能看这份公文的人都能下载。"]


class SubmissionSubmitPage(OfSubmission):
    verb, submit_label, why = "送签", "送签", "送签"
    rule, command = rules.can_submit, submissions.submit

    def consequences(self) -> list[str]:
        return ["送签后不能再改，由本组组长签发或者退回修改。"]


class SubmissionTakeBackPage(OfSubmission):
    form_class = ReasonForm
    verb, submit_label = "退回修改", "退回"
    rule, command = rules.can_take_back, submissions.take_back


class SubmissionSignPage(OfSubmission, ConfirmPage):
    form_class = SignForm
    template_name = "requests/sign.html"
    verb, submit_label, submit_style, why = "签发", "签发并编号", "primary", "同意报送"
    rule, command = rules.can_sign, submissions.sign

    def prepare(self) -> None:
        super().prepare()
        self.version = versions_for(self.request.user, self.object)[0]

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def initial(self) -> dict[str, Any]:
        return {"seen_digest": digest_of(content_of(self.object, self.version))}

    def printed(self) -> Any:
        return content_of(self.object, self.version)

    def consequences(self) -> list[str]:
        return [
            "文稿内容就此固定，编定发文字号；字号连续，撤回也不收回。",
            "签发后改动内容的，须新拟一稿，由您重新签发。",
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "version": self.version}


class SubmissionSendPage(OfSubmission):
    verb, submit_label, why = "报送", "报送", "按签发稿报送"
    rule, command = rules.can_send, submissions.send

    def consequences(self) -> list[str]:
        row = self.object
        found = [f"{row.addressee}可以看到这份{row.get_kind_display()}。"]
        if row.is_request:
            found.append(f"批复时限{row.matter.reply_hours}小时，从报送起算；逾期提醒上一级。")
        if row.matter.is_chain and row.stage != ReportStage.FINAL:
            found.append(f"须在{row.matter.chain_hours}小时内续报，直到终报。")
        return found


class SubmissionReceivePage(OfSubmission):
    verb, submit_label, why = "签收", "签收", "签收"
    rule, command = rules.can_receive, submissions.receive


class SubmissionRevisePage(OfSubmission):
    form_class = ReasonForm
    verb, submit_label = "改动签发后的内容", "新拟一稿"
    rule, command = rules.can_revise, submissions.revise

    def consequences(self) -> list[str]:
        return ["已签发的一稿原样留存；新稿须重新送签、签发、报送。", "重新报送之前，主送机构不能批复。"]

    def home_of(self, record: Any) -> str:
        revised = isinstance(record, Submission) and record.status == SubmissionStatus.DRAFT
        return reverse("requests:change", args=[record.pk]) if revised else self.object.get_absolute_url()


class SubmissionWithdrawPage(OfSubmission, ConfirmPage):
    form_class = ReasonForm
    verb, submit_label, submit_style = "撤回", "撤回", "danger"
    rule, command = rules.can_withdraw, submissions.withdraw

    def consequences(self) -> list[str]:
        found = ["撤回后不能恢复，需要时重新起草。"]
        if self.object.sequence:
            found.append("发文字号不收回，也不再使用。")
        if self.object.duty_id:
            found.append("所报的应报义务恢复为待报。")
        return found


class SubmissionContinuePage(OfSubmission):
    form_class = ContinueForm
    verb, submit_label, why = "续报", "保存草稿", "续报"
    rule, command = rules.can_continue, submissions.continue_report

    def initial(self) -> dict[str, Any]:
        return from_report(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return ["已填入以前各报和批示，请补写最新进展；选终报的，标题改为终报。"]

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"text": form.text(), "stage": form.cleaned_data["stage"]}
