"""Pages of seals, exports and salts."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from admissions.core import pdf
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused
from admissions.core.errors import refused_page
from admissions.core.purpose import Purpose
from admissions.core.views import DetailPage, FormPage, ListPage, Page, RecordPage
from admissions.evidence.file_pages import Content, FilePage

from . import destroying, rules, services
from .enums import Disclosure
from .export import TOOLS, packed
from .forms import ExportForm, SaltForm
from .keys import key_at
from .models import Cosignature, KeyChange, Seal, VerificationExport
from .papers import qr_data_uri
from .selectors import bundle_since, in_words, longest_open_transaction, sheet_lines, standing
from .tables import ExportTable, SealTable

TOOL_NAMES = {"witness.py": "见证程序", "verify.py": "核验程序"}


SEALS = (("印记", "seals:list"),)


class SealViewer(Page):
    """Whoever reads a trail."""

    def may_open(self) -> Decision:
        return rules.can_view_seals(self.request.user)


class SealListPage(SealViewer, ListPage):
    template_name = "seals/seals.html"
    model = Seal
    table_class = SealTable
    page_title = "印记"
    page_intro = "留痕每分钟封存一次，重要行为随即封存。印记经监督组的见证程序共签后，任何一条留痕再被改动都能指出来。"
    unit = "个"
    export_name = "印记清单"
    empty_title = "还没有印记"
    empty_text = "后台任务运行后一分钟内会产生第一个印记。"

    def get_queryset(self) -> Any:
        return Seal.objects.with_witnesses().newest_first()

    def page_actions(self) -> list[PageAction]:
        user = self.request.user
        return [
            PageAction("申请核验包", reverse("seals:export-request"), rules.can_request_export(user), "package"),
            PageAction("登记见证签名", reverse("seals:cosignature"), rules.can_offer_witness(user), "signature"),
            PageAction("见证人", reverse("seals:witnesses"), icon="eye"),
            *(
                [PageAction("销毁盐值", reverse("seals:salts"), icon="trash")]
                if destroying.can_destroy_salts(user)
                else []
            ),
        ]

    def context(self) -> dict[str, Any]:
        now = standing()
        blocked = in_words(longest_open_transaction()) if now.is_late else ""
        return {**super().context(), "standing": now, "blocked_for": blocked}


class SealRecordPage(SealViewer, RecordPage):
    """Seals name nobody and have no `visible_to`."""

    model = Seal
    above = SEALS

    def get_queryset(self) -> Any:
        return Seal.objects.with_witnesses()


class SealPage(SealRecordPage, DetailPage):
    template_name = "seals/seal.html"

    def status(self) -> Any:
        return self.object.state

    def facts(self) -> list[tuple[str, Any]]:
        seal = self.object
        return [
            ("时间", minute_text(seal.at)),
            ("起因", seal.cause),
            *sheet_lines(seal),
            ("摘要算法", seal.get_algorithm_display()),
            ("系统公钥指纹", key_at(seal.size).fingerprint),
        ]

    def actions(self) -> list[PageAction]:
        return [
            PageAction("打印印记单", reverse("seals:sheet", args=[self.object.pk]), icon="printer"),
            PageAction("印记单 PDF", reverse("seals:sheet-pdf", args=[self.object.pk]), icon="file-text"),
            PageAction(
                "登记见证签名",
                f"{reverse('seals:cosignature')}?size={self.object.size}",
                rules.can_offer_witness(self.request.user),
                "signature",
            ),
        ]

    def context(self) -> dict[str, Any]:
        rows = self.object.cosignatures.select_related("witness").order_by("signed_at")
        return {
            **super().context(),
            "cosignatures": [(row.witness, minute_text(row.signed_at)) for row in rows],
            "is_latest": not Seal.objects.filter(number__gt=self.object.number).exists(),
            "bundle": self.bundle(),
        }

    def bundle(self) -> dict[str, Any]:
        """For the reader's own witness: from the size it signed last."""
        old = (
            Cosignature.objects.filter(witness__holder=self.request.user).aggregate(last=Max("seal__size"))["last"] or 0
        )
        text = bundle_since(old) or ""
        return {"old": old, "text": text, "qr": qr_data_uri(text, "l", 3)}


class SheetPage(SealRecordPage):
    """The printed sheet: what a new witness starts from when a key is lost."""

    template_name = "seals/sheet.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), **self.sheet(), "back_url": reverse("seals:one", args=[self.object.pk])}

    def sheet(self) -> dict[str, Any]:
        seal = self.object
        return {
            "doc_title": f"{seal}单",
            "seal": seal,
            "lines": sheet_lines(seal),
            "fingerprint": key_at(seal.size).fingerprint,
            "log_key": key_at(seal.size).text,
            "key_changes": KeyChange.objects.filter(size__lt=seal.size).order_by("number"),
            "witnesses": [
                (row.witness.name, row.witness.holder_name, minute_text(row.signed_at))
                for row in seal.cosignatures.select_related("witness").order_by("signed_at")
            ],
        }


class SheetPdf(SheetPage):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            content = pdf.pdf_bytes("seals/sheet.html", self.sheet())
        except Refused as refusal:
            return refused_page(request, refusal)
        return pdf.pdf_response(content, f"{self.object}单")


class ExportListPage(SealViewer, ListPage):
    model = VerificationExport
    table_class = ExportTable
    page_title = "核验包"
    page_intro = "把全部留痕的叶、印记和见证签名连同核验程序装成一个文件，拿到任何一台电脑上都能独立核验。"
    unit = "个"
    empty_title = "没有您可以看到的核验包"
    empty_text = "点“申请核验包”，后台生成后可以下载。"
    above = SEALS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("seal").order_by("-pk")

    def page_actions(self) -> list[PageAction]:
        allowed = rules.can_request_export(self.request.user)
        return [PageAction("申请核验包", reverse("seals:export-request"), allowed, "package", "primary")]


class RequestExportPage(FormPage):
    command = services.request_export
    form_class = ExportForm
    page_title = "申请核验包"
    submit_label = "开始生成"
    success_text = "已开始生成，完成后可以下载。"
    above = (*SEALS, ("核验包", "seals:exports"))

    def may_open(self) -> Decision:
        return rules.can_request_export(self.request.user)

    def consequences(self) -> list[str]:
        return [
            "核验包里有全部叶的承诺值，不含个人信息；您有权查看的事件和它们写下的历史附有原文，回避的除外。姓名、时间和用途写在里面，不得外传。",
            "申请、生成和每次下载都留痕。",
        ]

    def run(self, form: Any) -> VerificationExport:
        return services.request_export(actor=self.request.user, **form.cleaned_data)


class ExportPage(SealViewer, DetailPage):
    model = VerificationExport
    above = (*SEALS, ("核验包", "seals:exports"))

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("seal", "job")

    def needs(self) -> str:
        return "" if self.object.is_ready else "正在后台生成，可以离开本页，过一会儿再来。"

    def facts(self) -> list[tuple[str, Any]]:
        export = self.object
        ready = [
            ("大小", f"{export.file_size:,} 字节"),
            ("SHA-256", export.sha256),
            ("生成时间", minute_text(export.ready_at)),
        ]
        return [
            ("截至", export.seal),
            ("叶数", f"{export.seal.size:,}"),
            ("公开范围", Disclosure(export.discloses).label),
            ("申请人", export.requested_by_name),
            ("用途", export.purpose),
            *(ready if export.is_ready else []),
        ]

    def actions(self) -> list[PageAction]:
        export = self.object
        progress = PageAction("查看进度", reverse("jobs:one", args=[export.job_id]), icon="progress")
        fetch = PageAction(
            "下载核验包", reverse("seals:export-file", args=[export.pk]), icon="download", style="primary"
        )
        return [fetch] if export.is_ready else [progress]


class ExportFile(SealViewer, FilePage):
    model = VerificationExport
    label = "下载核验包"
    as_stored = "signed as a whole"
    usual_purpose = Purpose.SUPERVISION

    def content(self) -> Content | None:
        export = self.object
        name = f"核验包-{export.seal.number}-{export.pk}.zip"
        return packed(export.storage_name, export.sha256, name) if export.is_ready else None


class ToolFile(SealViewer):
    """The two programs that stand outside the system."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self.kwargs["name"]
        if name not in TOOL_NAMES:
            raise Http404
        return FileResponse((TOOLS / name).open("rb"), as_attachment=True, filename=name)


class SaltPage(FormPage):
    """Irreversible: afterwards nobody can show what these leaves were made of."""

    template_name = "ui/confirm_page.html"
    form_class = SaltForm
    command = destroying.destroy_salts
    page_title = "销毁盐值"
    submit_label, submit_style = "销毁", "danger"
    above = SEALS

    def may_open(self) -> Decision:
        return destroying.can_destroy_salts(self.request.user)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def consequences(self) -> list[str]:
        return [
            "关于此人的已封存留痕不再能证明写的是什么，只能证明这些条目存在、没有增减；不能恢复。",
            "留痕本身不删改；以前导出的核验包不受影响。",
        ]

    def run(self, form: Any) -> int:
        return destroying.destroy_salts(actor=self.request.user, **form.cleaned_data)

    def success_response(self, result: int) -> HttpResponse:
        messages.success(self.request, f"已销毁 {result} 条留痕的盐值。")
        return redirect("seals:list")
