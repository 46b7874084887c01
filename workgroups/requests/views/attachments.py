"""附件: taken off a draft, and read."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, RecordPage
from admissions.evidence.giving import give_file

from .. import rules
from ..models import Attachment, Submission
from ..services import attachments
from .submissions import submission_url


def attachments_seen(rows: QuerySet) -> QuerySet:
    return rows.select_related("file", "version__submission__group__season")


class AttachmentDetachPage(ActPage):
    model = Attachment
    form_class = ReasonForm
    argument, verb, submit_label, submit_style = "attachment", "移除附件", "移除", "danger"
    rule, command = staticmethod(rules.can_detach), staticmethod(attachments.detach)

    def get_queryset(self) -> QuerySet:
        return attachments_seen(super().get_queryset())

    def consequences(self) -> list[str]:
        return ["从草稿中移除，后面的附件依次前移；曾经添加过的记录留存。"]

    def run(self, form: forms.Form) -> Submission:
        reason = f"附件“{self.object.name}”：{form.cleaned_data['reason']}"
        return attachments.detach(actor=self.request.user, reason=reason, attachment=self.object)

    def home_of(self, record: Any) -> str:
        return submission_url(self.object.version.submission)


class AttachmentFilePage(RecordPage):
    """The file as it was signed, byte by byte, so that its hash can be compared; for a stated purpose, each copy recorded."""

    model = Attachment

    def get_queryset(self) -> QuerySet:
        return attachments_seen(super().get_queryset())

    def crumbs(self) -> list[tuple[str, str]]:
        submission = self.object.version.submission
        return [(str(submission), submission_url(submission))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.object
        return give_file(
            request, row.file, target=row, label="下载公文附件", crumbs=self.crumbs(),
            back=submission_url(row.version.submission), sha256=row.sha256, of=str(row.version),
        )  # fmt: skip
