"""Pages of imports and files."""

from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.apart import on_disk
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused, deny
from admissions.core.forms import ReasonForm
from admissions.core.importing.kinds import KINDS, ImportKind, Verdict, kinds_for
from admissions.core.importing.sheets import SheetProblem
from admissions.core.navigation import frame_part
from admissions.core.people import signed_in
from admissions.core.table_export import CONTENT_TYPES, file_of, safe_cell
from admissions.core.views import CommandPage, ConfirmPage, DetailPage, FormPage, ListPage, export_mark
from admissions.jobs.models import Job
from admissions.jobs.runner import run as run_job
from admissions.jobs.telling import sentence_of

from . import rules
from .enums import ImportStatus
from .file_pages import Content, FilePage, attachment, content_of, spoilt
from .filetypes import FileRefused
from .forms import upload_form
from .imports.reckoning import becomes, column_rows, line_sentence, warnings, what_is_lost
from .imports.refused import refused_table
from .models import ImportBatch, ImportRow, StoredFile
from .services import confirm_import, is_checked_at_once, upload_import, void_import
from .storage import Incoming
from .tables import ImportFilter, ImportTable, RowFilter, RowTable, totals_text
from .unchanged import Changed

NO_IMPORTS = deny("您没有导入数据的权限。", who_can="请联系行政秘书、安全管理员或回避审查员。")


# Of the rows that will be written so many stand on the page of the one who confirms.
SHOWN_ROWS = 20
OPEN = (ImportStatus.CHECKING, ImportStatus.READY)
IMPORTS = (("数据导入", "evidence:imports"),)


class ImportListPage(ListPage):
    model = ImportBatch
    table_class = ImportTable
    filterset_class = ImportFilter
    page_title = "数据导入"
    page_intro = "先预检，后确认：上传后逐行给出结论，由另一人确认后才写入。同一文件再次导入不会重复。"
    unit = "批"
    empty_title = "没有您可以看到的数据导入"
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
    command = upload_import
    template_name = "evidence/upload.html"
    submit_label = "上传并预检"
    above = IMPORTS

    def prepare(self) -> None:
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        self.kind: ImportKind = KINDS[self.kwargs["kind"]]
        self.season = frame_part(self.request, "current_season") if self.kind.needs_season else None
        self.form_class = upload_form(self.kind)
        self.page_title = f"导入{self.kind.label}"

    def about(self) -> list[Any]:
        return [self.season] if self.season is not None else []

    def may_open(self) -> Decision:
        if self.kind.needs_season and self.season is None:
            return deny("还没有录取季，不能导入。", who_can="请先由行政秘书开设录取季。")
        return rules.can_upload_import(self.request.user, self.kind, self.season)

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
        if is_checked_at_once(batch):
            run_job(check_of(batch).pk)
        return batch

    def success_url(self, result: ImportBatch) -> str:
        if is_checked_at_once(result):
            return reverse("evidence:import", args=[result.pk])
        return reverse("jobs:one", args=[check_of(result).pk])

    def context(self) -> dict[str, Any]:
        standing = self.kind.standing(self.season).sentence
        return {**super().context(), "page_intro": self.kind.intro, "standing": standing, "columns": self.kind.columns}


def check_of(batch: ImportBatch) -> Job:
    return jobs_of(batch).filter(kind="imports.check").latest("id")


def jobs_of(batch: ImportBatch) -> QuerySet[Job]:
    """What was or is done in the background for the batch, the newest first."""
    return Job.objects.filter(kind__in=("imports.check", "imports.apply"), params__batch=batch.pk).order_by("-id")


class ImportPage(DetailPage):
    """The verdicts of one batch, filtered; what is still needed; who may confirm."""

    template_name = "evidence/import.html"
    model = ImportBatch
    above = IMPORTS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file", "uploaded_by", "confirmed_by", "season")

    def status(self) -> ImportStatus:
        return ImportStatus(self.object.status)

    def needs(self) -> str:
        under_way = {ImportStatus.CHECKING: "预检完成后才能确认。", ImportStatus.APPLYING: "正在写入，请稍候。"}
        if self.status() in under_way:
            task = jobs_of(self.object).first()
            return under_way[self.status()] + (sentence_of(task) if task else "")
        if self.status() == ImportStatus.READY:
            return f"由{self.object.uploaded_by.name}以外的一位有权限的人员确认。"
        return ""

    def facts(self) -> list[tuple[str, Any]]:
        batch, kind = self.object, KINDS.get(self.object.kind)
        confirmed = f"{batch.confirmed_by.name}，{minute_text(batch.confirmed_at)}" if batch.confirmed_by else "—"
        return [
            ("种类", kind.label if kind else batch.kind),
            ("来源文件", f"{batch.file.name}（{batch.file.size} 字节）"),
            ("校验值", batch.file.sha256),
            ("上传", f"{batch.uploaded_by.name}，{minute_text(batch.uploaded_at)}"),
            ("预检结果", batch.problem or totals_text(batch.totals)),
            *([("对现有数据", becomes(batch))] if self.status() in OPEN else []),
            ("确认", confirmed),
        ]

    def actions(self) -> list[PageAction]:
        user, pk = self.request.user, self.object.pk
        return [
            *self.result(),
            *self.refused_lines(),
            *self.give_sight(),
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

    def refused_lines(self) -> list[PageAction]:
        """To be mended and sent again."""
        if not self.object.totals.get(Verdict.REJECTED):
            return []
        may = rules.can_take_refused(self.request.user, self.object)
        url = reverse("evidence:import-refused", args=[self.object.pk])
        return [
            PageAction(f"取出被拒绝的行（{kind}）", f"{url}?kind={kind}", may, "download") for kind in ("xlsx", "csv")
        ]

    def give_sight(self) -> list[PageAction]:
        """Of the source file, which has no page of its own."""
        may = rules.can_share_file(self.request.user, self.object.file)
        url = reverse("sight:give", args=[StoredFile._meta.label_lower, self.object.file_id])
        return [PageAction("授权他人查阅来源文件", url, may, "eye")] if may.ok else []

    def result(self) -> list[PageAction]:
        """The way on to what was written."""
        kind = KINDS.get(self.object.kind)
        if self.status() != ImportStatus.APPLIED or kind is None or kind.result_url is None:
            return []
        return [PageAction("查看导入的内容", kind.result_url(self.object), icon="eye", style="primary")]

    def context(self) -> dict[str, Any]:
        account = self.object.account
        return {
            **super().context(),
            "rows_url": reverse("evidence:import-rows", args=[self.object.pk]),
            "lines": line_sentence(account) if account else "",
            "warnings": [*what_is_lost(self.object), *warnings(account)],
            "columns": column_rows(account),
        }


class ImportRowsPage(ListPage):
    """Every row with its verdict; the rejected ones can be taken away as a file."""

    model = ImportRow
    table_class = RowTable
    filterset_class = RowFilter
    unit = "行"
    export_name = "导入预检结果"
    empty_title = "没有行"
    above = IMPORTS

    def prepare(self) -> None:
        batches = ImportBatch.objects.visible_to(self.request.user)
        self.batch = self.fetch(batches.select_related("file"), self.kwargs["pk"])
        self.page_title = f"{self.batch.file.name}：逐行结论"

    def way(self) -> list[tuple[str, str]]:
        return [*super().way(), (self.batch.short_label(), self.batch.get_absolute_url())]

    def get_queryset(self) -> Any:
        return self.batch.rows.all()


class ImportConfirmPage(ConfirmPage):
    """Shows what will be written, not only how much."""

    template_name = "evidence/confirm.html"
    model = ImportBatch
    form_class = ReasonForm
    command = confirm_import
    submit_label = "确认并写入"
    success_text = "导入已确认。"
    above = IMPORTS

    def may_open(self) -> Decision:
        return rules.can_confirm_import(self.request.user, self.object)

    def get_title(self) -> str:
        return f"确认导入 {self.object.file.name}"

    def consequences(self) -> list[str]:
        totals = self.object.totals
        sentences = [
            f"写入新增 {totals.get(Verdict.NEW, 0)} 行、更新 {totals.get(Verdict.CHANGED, 0)} 行；"
            f"不变 {totals.get(Verdict.SAME, 0)} 行、拒绝 {totals.get(Verdict.REJECTED, 0)} 行不写入。",
            becomes(self.object),
            *what_is_lost(self.object),
            *warnings(self.object.account),
            "全部写入或全部不写入；写入后只能逐条更正，不能整批撤销。",
        ]
        if KINDS[self.object.kind].sensitive:
            refused = "；被拒绝的行要改正后重传的，请上传人先取出" if totals.get(Verdict.REJECTED) else ""
            sentences.append(f"来源文件含敏感信息，写入后立即清除内容，只保留文件名和校验值{refused}。")
        return sentences

    def context(self) -> dict[str, Any]:
        written = self.object.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED]).order_by("line", "id")
        rows = list(written[:SHOWN_ROWS])
        totals = self.object.totals
        more = totals.get(Verdict.NEW, 0) + totals.get(Verdict.CHANGED, 0) - len(rows)
        rows_url = reverse("evidence:import-rows", args=[self.object.pk])
        return {**super().context(), "rows": rows, "more": max(more, 0), "rows_url": rows_url}

    def run(self, form: forms.Form) -> ImportBatch:
        return confirm_import(actor=self.request.user, reason=form.cleaned_data["reason"], batch=self.object)


class ImportVoidPage(CommandPage):
    command = void_import
    model = ImportBatch
    form_class = ReasonForm
    submit_label = "作废这次导入"
    submit_style = "danger"
    success_text = "导入已作废，没有写入任何数据。"
    above = IMPORTS

    def may_open(self) -> Decision:
        return rules.can_void_import(self.request.user, self.object)

    def get_title(self) -> str:
        return f"作废导入 {self.object.file.name}"

    def run(self, form: forms.Form) -> ImportBatch:
        return void_import(actor=self.request.user, reason=form.cleaned_data["reason"], batch=self.object)


class RefusedLinesPage(FilePage):
    """The lines of the source that were refused, in its columns, with number and reasons beside them."""

    model = ImportBatch
    label = "取出被拒绝的行"
    above = IMPORTS

    def may_open(self) -> Decision:
        return rules.can_take_refused(self.request.user, self.object)

    def content(self) -> Content | None:
        return content_of(self.object.file) if self.object.totals.get(Verdict.REJECTED) else None

    def given(self, content: Content, stream: BinaryIO, words: str) -> HttpResponse:
        kind = "xlsx" if self.request.GET.get("kind") == "xlsx" else "csv"
        try:
            with stream, on_disk(stream) as source:
                table = refused_table(self.object, source)
        except Changed as error:
            raise spoilt() from error
        except SheetProblem as problem:
            raise Refused(str(problem)) from problem
        rows = [[safe_cell(cell) for cell in row] for row in table]
        copy, digest = file_of(rows, kind, export_mark(signed_in(self.request), words))
        self.record(f"{words}（{len(rows) - 1}行，行集校验值{digest[:16]}）", self.label)
        name = f"{Path(content.name).stem}-被拒绝的行.{kind}"
        return attachment(BytesIO(copy), name, CONTENT_TYPES[kind])


class FileDownloadPage(FilePage):
    """A file by itself, such as the original of an import; never inline, never from a web root."""

    model = StoredFile
    as_stored = "the original, whose hash stands on its page"

    def may_open(self) -> Decision:
        return rules.can_read_file(self.request.user, self.object)

    def content(self) -> Content:
        return content_of(self.object)

    def way(self) -> list[tuple[str, str]]:
        """The import it came with, where the reader sees that."""
        of = ImportBatch.objects.visible_to(self.request.user).filter(file=self.object).first()
        if of is None:
            return [("我的待办", reverse("home"))]
        return [("数据导入", reverse("evidence:imports")), (of.short_label(), of.get_absolute_url())]

    def back_url(self) -> str:
        return self.way()[-1][1]
