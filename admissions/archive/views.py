"""Pages of archives."""

from typing import Any

from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.purpose import Purpose
from admissions.core.views import ConfirmPage, DetailPage, ListPage, Page
from admissions.evidence.file_pages import Content, FilePage
from admissions.jobs.enums import JobState
from admissions.seals.export import packed
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.models import Season

from . import rules, services
from .models import SeasonArchive
from .tables import ArchiveTable


class ArchiveViewer(Page):
    above = (("归档", "archive:list"),)

    def may_open(self) -> Decision:
        return rules.can_view_archives(self.request.user)


class ArchiveListPage(ArchiveViewer, ListPage):
    model = Season
    table_class = ArchiveTable
    page_title = "归档"
    page_intro = "结束的录取季封存归档：全部留痕、记录、材料、文书、印记和核验程序装成一包，数据库里从此只读。留痕不删减，在线保存。"
    unit = "季"
    export_name = "归档目录"
    empty_title = "还没有结束的录取季"
    empty_text = "录取季结束以后在这里归档。"
    above = ()

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(status=SeasonStatus.CLOSED)
        return rows.select_related("archive").order_by("-year", "-pk")


class ArchiveSeasonPage(ArchiveViewer, ConfirmPage):
    model = Season
    form_class = ReasonForm
    command = services.archive_season
    submit_label = "归档并设为只读"

    def may_open(self) -> Decision:
        return rules.can_archive(self.request.user, self.object)

    def get_title(self) -> str:
        return f"归档录取季：{self.object}"

    def consequences(self) -> list[str]:
        return [
            f"{self.object}的所有记录从此只读，任何人都不能再改，数据库也拒绝；不能恢复。",
            "后台随即封存，生成归档包：本季全部留痕原文、现行记录、材料、承诺书等文书的 PDF、印记、见证签名、核验程序。",
            "归档包含工作秘密，只供归档保管；下载留痕。",
        ]

    def run(self, form: Any) -> SeasonArchive:
        return services.archive_season(actor=self.request.user, reason=form.cleaned_data["reason"], season=self.object)

    def cancel_url(self) -> str:
        return reverse("archive:list")


class ArchivePage(ArchiveViewer, DetailPage):
    model = SeasonArchive

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season", "seal", "job")

    def get_title(self) -> str:
        return self.object.number

    def needs(self) -> str:
        row = self.object
        if row.is_ready:
            return ""
        if row.job.state == JobState.DONE:
            return "本季由归档包读回，记录只读；归档包本身另行保管。"
        if row.job.state in (JobState.FAILED, JobState.CANCELLED):
            return "归档包没有生成，记录已经只读。请查看原因，排除后重新生成。"
        return "正在后台生成归档包，记录已经只读。"

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        ready = [("大小", f"{row.file_size:,} 字节"), ("SHA-256", row.sha256), ("印记", row.seal)]
        return [
            ("档号", row.number),
            ("录取季", row.season),
            ("归档", f"{row.archived_by_name}，{minute_text(row.archived_at)}"),
            *(ready if row.is_ready else []),
        ]

    def actions(self) -> list[PageAction]:
        row = self.object
        if not row.is_ready and row.job.state == JobState.DONE:
            return []
        if not row.is_ready:
            progress = PageAction("查看进度", reverse("jobs:one", args=[row.job_id]), icon="progress")
            again = rules.can_pack_again(self.request.user, row)
            address = reverse("archive:again", args=[row.pk])
            return [progress, *([PageAction("重新生成", address, again, "refresh", "primary")] if again else [])]
        allowed = rules.can_fetch(self.request.user)
        return [PageAction("下载归档包", reverse("archive:file", args=[row.pk]), allowed, "download", "primary")]


class PackAgainPage(ArchiveViewer, ConfirmPage):
    command = services.pack_again
    model = SeasonArchive
    form_class = ReasonForm
    page_title = "重新生成归档包"
    submit_label = "重新生成"
    success_text = "已开始生成。"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season", "job")

    def may_open(self) -> Decision:
        return rules.can_pack_again(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return ["录取季照旧只读；后台重新封存并生成归档包。", "上次没有生成的原因在后台任务页。"]

    def run(self, form: Any) -> SeasonArchive:
        return services.pack_again(actor=self.request.user, reason=form.cleaned_data["reason"], archive=self.object)


class ArchiveFile(ArchiveViewer, FilePage):
    model = SeasonArchive
    label = "下载归档包"
    as_stored = "signed as a whole"
    usual_purpose = Purpose.ARCHIVE

    def may_open(self) -> Decision:
        return rules.can_fetch(self.request.user)

    def content(self) -> Content | None:
        row = self.object
        return packed(row.storage_name, row.sha256, f"{row.number}.zip") if row.is_ready else None
