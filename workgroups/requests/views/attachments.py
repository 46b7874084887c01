"""附件: taken off a draft, and read."""

from django import forms
from django.db.models import QuerySet

from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage
from admissions.evidence.file_pages import FilePage

from .. import rules
from ..models import Attachment, Submission
from ..services import attachments


def attachments_seen(rows: QuerySet) -> QuerySet:
    return rows.select_related("file", "version__submission__group__season")


class AttachmentDetachPage(ActPage):
    model = Attachment
    form_class = ReasonForm
    argument, verb, submit_label, submit_style = "attachment", "移除附件", "移除", "danger"
    rule, command = rules.can_detach, attachments.detach

    def get_queryset(self) -> QuerySet:
        return attachments_seen(super().get_queryset())

    def consequences(self) -> list[str]:
        return ["从草稿中移除，后面的附件依次前移；曾经添加过的记录留存。"]

    def run(self, form: forms.Form) -> Submission:
        reason = f"附件“{self.object.name}”：{form.cleaned_data['reason']}"
        return attachments.detach(actor=self.request.user, reason=reason, attachment=self.object)


class AttachmentFilePage(FilePage):
    model = Attachment
    label = "下载公文附件"
    as_stored = "as it was signed, byte by byte, so that its hash can be compared"

    def get_queryset(self) -> QuerySet:
        return attachments_seen(super().get_queryset())

    def crumbs(self) -> list[tuple[str, str]]:
        submission = self.object.version.submission
        return [(str(submission), submission.get_absolute_url())]

    def version(self) -> str:
        return str(self.object.version)
