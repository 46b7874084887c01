"""Pages of pledges signed on paper: upload, compare, read the scan, object."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.purpose import Purpose
from admissions.core.views import ActPage, ConfirmPage, DetailPage, ListPage
from admissions.evidence.file_pages import FilePage
from admissions.evidence.incoming import incoming_of
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .document import content_hash
from .enums import ScanStatus
from .forms import CompareForm, DisownForm, ScanForm
from .models import Pledge, PledgeScan
from .tables import ScanFilter, ScanTable
from .views import PLEDGES, OfDutyPage

LIST = ("纸质签名扫描件", "pledges:scans")


class ScanListPage(OfSeasonPage, ListPage):
    model = PledgeScan
    table_class = ScanTable
    above = (PLEDGES,)
    filterset_class = ScanFilter
    page_title = "纸质签名扫描件"
    page_intro = "不能在线签订的，由行政秘书上传本人在纸上签名的扫描件，另一人核对后才算签订。"
    unit = "份"
    export_name = "纸质签名扫描件"
    empty_title = "没有您可以看到的扫描件"
    empty_text = "在“签订进度”里找到待签的人，从那里上传。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(version__template__season=self.season)
        return rows.select_related("signer", "version__template", "uploaded_by", "compared_by")


class ScanUploadPage(OfDutyPage):
    """The document as it is to be printed and signed, and the form for the scan."""

    command = services.upload_scan
    template_name = "pledges/scan_upload.html"
    form_class = ScanForm
    submit_label = "上传扫描件"
    success_text = "已上传，等待另一人核对。"

    def get_title(self) -> str:
        return f"上传纸质签名扫描件：{self.object.person.name}《{self.duty.version.template.name}》"

    def may_open(self) -> Decision:
        return rules.can_upload_scan(self.request.user, self.duty)

    def cancel_url(self) -> str:
        return reverse("pledges:progress")

    def run(self, form: forms.Form) -> PledgeScan:
        incoming = incoming_of(form)
        return services.upload_scan(
            actor=self.request.user,
            appointment=self.object,
            template=self.duty.version.template,
            incoming=incoming,
            **form.cleaned_data,
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "content_hash": content_hash(self.text, self.clauses)}


class ScanPage(DetailPage):
    model = PledgeScan
    above = (PLEDGES, LIST)

    def get_queryset(self) -> Any:
        related = (
            "signer",
            "version__template__season",
            "file",
            "uploaded_by",
            "compared_by",
            "pledge",
            "appointment__post",
        )
        return super().get_queryset().select_related(*related)

    def status(self) -> ScanStatus:
        return ScanStatus(self.object.status)

    def needs(self) -> str:
        return "另一名行政秘书核对；核对之前不算签订。" if self.object.status == ScanStatus.PENDING else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        compared = f"{row.compared_by.name}，{minute_text(row.compared_at)}" if row.compared_by else "还没有核对"
        return [
            ("签名人", row.signer.name),
            ("岗位", row.appointment.post),
            ("文书", row.version),
            ("纸上签名日期", row.signed_on),
            ("上传人", f"{row.uploaded_by.name}，{minute_text(row.uploaded_at)}"),
            ("核对人", compared),
            ("核对意见", row.verdict or "—"),
            ("内容校验值", row.content_hash),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        found = [PageAction("查看扫描件", reverse("pledges:scan-file", args=[row.pk]), icon="eye")]
        if row.status == ScanStatus.PENDING:
            may = rules.can_compare_scan(user, row)
            confirm = reverse("pledges:scan-confirm", args=[row.pk])
            refuse = reverse("pledges:scan-refuse", args=[row.pk])
            found += [
                PageAction("核对一致", confirm, may, "check", "primary"),
                PageAction("未通过核对", refuse, may, "x", "danger"),
            ]
        if row.pledge:
            found.append(PageAction("查看承诺书", reverse("pledges:one", args=[row.pledge_id]), icon="file-text"))
        return found


class ScanFilePage(FilePage):
    model = PledgeScan
    label = "查看扫描件"
    as_stored = "words across it would cover the signature that is to be compared"
    usual_purpose = Purpose.WORK

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file", "version__template__season")

    def may_open(self) -> Decision:
        return rules.can_read_scan(self.request.user, self.object)


class OfScan(ConfirmPage, ActPage):
    model = PledgeScan
    form_class = CompareForm
    argument = "scan"
    rule = rules.can_compare_scan

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("signer", "version__template__season", "appointment__person")

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}


class ScanConfirmPage(OfScan):
    verb, submit_label, submit_style = "核对一致", "核对一致", "primary"
    command = services.confirm_scan

    def consequences(self) -> list[str]:
        return [
            f"确认扫描件是《{self.object.version}》的全文，签名是{self.object.signer.name}本人所签。",
            "从此算作已签，签名方式记为“纸质签名扫描，两人核对”；不能撤回，本人可以提出异议。",
        ]


class ScanRefusePage(OfScan):
    verb, submit_label = "未通过核对", "未通过核对"
    command = services.refuse_scan

    def consequences(self) -> list[str]:
        return ["扫描件留存，不算签订；可以重新上传，或由本人在线签订。"]


class DisownPage(ConfirmPage, ActPage):
    model = Pledge
    form_class = DisownForm
    argument, verb, submit_label = "pledge", "对纸质签名提出异议", "提出异议"
    rule, command = rules.can_disown, services.disown_scan

    def get_queryset(self) -> Any:
        related = ("version__template__season", "appointment__person", "appointment__post__group__season")
        return super().get_queryset().select_related(*related)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def consequences(self) -> list[str]:
        return [
            "这份承诺书立即不再算作您已签订，扫描件和异议都留存，行政秘书和监督人员可以看到。",
            "以后可以在线签订。",
        ]
