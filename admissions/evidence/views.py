"""Pages of imports and files."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused, deny
from admissions.core.forms import ReasonForm
from admissions.core.navigation import frame_part
from admissions.core.views import CommandPage, ConfirmPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.jobs.models import Job
from admissions.jobs.runner import run as run_job

from . import rules
from .enums import ImportStatus, Verdict
from .filetypes import FileRefused
from .forms import upload_form
from .giving import give_file
from .imports.registry import KINDS, ImportKind, kinds_for
from .models import ImportBatch, ImportRow, StoredFile
from .services import confirm_import, upload_import, void_import
from .storage import Incoming
from .tables import ImportFilter, ImportTable, RowFilter, RowTable, totals_text

NO_IMPORTS = deny("您没有导入数据的权限。", who_can="请联系行政秘书、安全管理员或回避审查员。")


class ImportListPage(ListPage):
    model = ImportBatch
    table_class = ImportTable
    filterset_class = ImportFilter
    page_title = "数据导入"
    page_intro = "先预检，后确认：上传后逐行给出结论，由另一人确认后才写入。同一文件再次导入不会重复。"
    unit = "批"
    empty_title = "还没有导入过数据"
    empty_text = "从右上角选择要导入的种类开始。"

    def may_open(self) -> Decision:
        return NO_IMPORTS if not rules.may_see_imports(self.request.user) else super().may_open()

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file", "uploaded_by", "confirmed_by")

    def page_actions(self) -> list[PageAction]:
        season = frame_part(self.request, "current_season")
        mine = kinds_for(self.request.user, lambda user, kind: rules.can_upload_import(user, kind, season).ok)
        return [
            PageAction(f"导入{kind.label}", reverse("evidence:import-upload", args=[kind.code]), icon="file-import")
            for kind in mine
        ]


class ImportUploadPage(FormPage):
    template_name = "evidence/upload.html"
    submit_label = "上传并预检"

    def prepare(self) -> None:
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        self.kind: ImportKind = KINDS[self.kwargs["kind"]]
        self.season = frame_part(self.request, "current_season") if self.kind.needs_season else None
        self.form_class = upload_form(self.kind)
        self.page_title = f"导入{self.kind.label}"

    def may_open(self) -> Decision:
        if self.kind.needs_season and self.season is None:
            return deny("还没有录取季，不能导入。", who_can="请先由行政秘书开设录取季。")
        return rules.can_upload_import(self.request.user, self.kind, self.season)

    def crumbs(self) -> list[tuple[str, str]]:
        return [("数据导入", reverse("evidence:imports"))]

    def cancel_url(self) -> str:
        return reverse("evidence:imports")

    def run(self, form: forms.Form) -> ImportBatch:
        upload = form.cleaned_data["file"]
        try:
            incoming = Incoming(upload.chunks(), upload.name)
        except FileRefused as refusal:
            raise Refused(str(refusal)) from refusal
        batch = upload_import(
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
            kind=self.kind,
            season=self.season,
            incoming=incoming,
        )
        if self.kind.bulk is None:
            run_job(check_of(batch).pk)
        return batch

    def success_url(self, result: ImportBatch) -> str:
        if self.kind.bulk is None:
            return reverse("evidence:import", args=[result.pk])
        return reverse("jobs:job", args=[check_of(result).pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "page_intro": self.kind.intro, "columns": self.kind.columns}


def check_of(batch: ImportBatch) -> Job:
    return Job.objects.filter(kind="imports.check", params__batch=batch.pk).latest("id")


def batch_crumbs(batch: ImportBatch) -> list[tuple[str, str]]:
    return [("数据导入", reverse("evidence:imports")), (batch.file.name, reverse("evidence:import", args=[batch.pk]))]


class ImportPage(DetailPage):
    """The verdicts of one batch, filtered; what is still needed; who may confirm."""

    template_name = "evidence/import.html"
    model = ImportBatch

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file", "uploaded_by", "confirmed_by", "season")

    def crumbs(self) -> list[tuple[str, str]]:
        return [("数据导入", reverse("evidence:imports"))]

    def status(self) -> ImportStatus:
        return ImportStatus(self.object.status)

    def needs(self) -> str:
        return {
            ImportStatus.READY: f"由{self.object.uploaded_by.name}以外的一位有权限的人员确认。",
            ImportStatus.CHECKING: "预检完成后才能确认。",
            ImportStatus.APPLYING: "正在写入，请稍候。",
        }.get(self.status(), "")

    def facts(self) -> list[tuple[str, Any]]:
        batch, kind = self.object, KINDS.get(self.object.kind)
        confirmed = f"{batch.confirmed_by.name}，{minute_text(batch.confirmed_at)}" if batch.confirmed_by else "—"
        return [
            ("种类", kind.label if kind else batch.kind),
            ("来源文件", f"{batch.file.name}（{batch.file.size} 字节）"),
            ("校验值", batch.file.sha256),
            ("上传", f"{batch.uploaded_by.name}，{minute_text(batch.uploaded_at)}"),
            ("预检结果", batch.problem or totals_text(batch.totals)),
            ("确认", confirmed),
        ]

    def actions(self) -> list[PageAction]:
        user, pk = self.request.user, self.object.pk
        return [
            *self.result(),
            PageAction(
                "确认导入",
                reverse("evidence:import-confirm", args=[pk]),
                rules.can_confirm_import(user, self.object),
                "check",
                "primary",
            ),
            PageAction(
                "作废",
                reverse("evidence:import-void", args=[pk]),
                rules.can_void_import(user, self.object),
                "ban",
                "danger",
            ),
        ]

    def result(self) -> list[PageAction]:
        """The way on to what was written."""
        kind = KINDS.get(self.object.kind)
        if self.status() != ImportStatus.APPLIED or kind is None or kind.result_url is None:
            return []
        return [PageAction("查看导入的内容", kind.result_url(self.object), icon="eye", style="primary")]

    def history_url(self) -> str:
        return reverse("audit:record", args=[self.object._meta.label_lower, self.object.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "rows_url": reverse("evidence:import-rows", args=[self.object.pk])}


class ImportRowsPage(ListPage):
    """Every row with its verdict; the rejected ones can be taken away as a file."""

    model = ImportRow
    table_class = RowTable
    filterset_class = RowFilter
    unit = "行"
    export_name = "导入预检结果"
    empty_title = "没有行"

    def prepare(self) -> None:
        batches = ImportBatch.objects.visible_to(self.request.user)
        self.batch = self.fetch(batches.select_related("file"), self.kwargs["pk"])
        self.page_title = f"{self.batch.file.name}：逐行结论"

    def crumbs(self) -> list[tuple[str, str]]:
        return batch_crumbs(self.batch)

    def get_queryset(self) -> Any:
        return self.batch.rows.all()


class ImportConfirmPage(ConfirmPage):
    model = ImportBatch
    form_class = ReasonForm
    submit_label = "确认并写入"
    success_text = "导入已确认。"

    def may_open(self) -> Decision:
        return rules.can_confirm_import(self.request.user, self.object)

    def crumbs(self) -> list[tuple[str, str]]:
        return batch_crumbs(self.object)

    def get_title(self) -> str:
        return f"确认导入 {self.object.file.name}"

    def consequences(self) -> list[str]:
        totals = self.object.totals
        sentences = [
            f"写入新增 {totals.get(Verdict.NEW, 0)} 行、更新 {totals.get(Verdict.CHANGED, 0)} 行；"
            f"不变 {totals.get(Verdict.SAME, 0)} 行、拒绝 {totals.get(Verdict.REJECTED, 0)} 行不写入。",
            "全部写入或全部不写入；写入后只能逐条更正，不能整批撤销。",
        ]
        if KINDS[self.object.kind].sensitive:
            sentences.append("来源文件含敏感信息，写入后立即清除内容，只保留文件名和校验值。")
        return sentences

    def cancel_url(self) -> str:
        return reverse("evidence:import", args=[self.object.pk])

    def run(self, form: forms.Form) -> ImportBatch:
        return confirm_import(actor=self.request.user, reason=form.cleaned_data["reason"], batch=self.object)

    def success_url(self, result: ImportBatch) -> str:
        return reverse("evidence:import", args=[result.pk])


class ImportVoidPage(CommandPage):
    model = ImportBatch
    form_class = ReasonForm
    submit_label = "作废这次导入"
    submit_style = "danger"
    success_text = "导入已作废，没有写入任何数据。"

    def may_open(self) -> Decision:
        return rules.can_void_import(self.request.user, self.object)

    def crumbs(self) -> list[tuple[str, str]]:
        return batch_crumbs(self.object)

    def get_title(self) -> str:
        return f"作废导入 {self.object.file.name}"

    def cancel_url(self) -> str:
        return reverse("evidence:import", args=[self.object.pk])

    def run(self, form: forms.Form) -> ImportBatch:
        return void_import(actor=self.request.user, reason=form.cleaned_data["reason"], batch=self.object)

    def success_url(self, result: ImportBatch) -> str:
        return reverse("evidence:import", args=[result.pk])


class FileDownloadPage(RecordPage):
    """A permission-checked, recorded download; never inline, never from a web root."""

    model = StoredFile

    def may_open(self) -> Decision:
        return rules.can_read_file(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return give_file(request, self.object, target=self.object, label="下载材料", crumbs=self.crumbs(), back="")
