"""Pages of long work: list, one job with live progress, cancel."""

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.templatetags.ui import chip
from admissions.core.views import ListPage, Page

from .enums import JobState
from .models import Job
from .runner import can_cancel, cancel
from .telling import sentence_of


class JobTable(tables.Table):
    title = tables.Column(verbose_name="名称", linkify=lambda record: reverse("jobs:one", args=[record.pk]))
    state = tables.Column(verbose_name="状态")
    done = tables.Column(verbose_name="进度", orderable=False)
    requested_by = tables.Column(verbose_name="发起人", default="系统")
    created_at = tables.Column(verbose_name="提交时间")

    class Meta:
        model = Job
        fields = ("title", "state", "done", "requested_by", "created_at")

    def render_state(self, record: Job) -> str:
        return chip(JobState(record.state))

    def render_done(self, record: Job) -> str:
        return f"{record.done} / {record.total}" if record.total else "—"

    def render_created_at(self, value: Any) -> str:
        return minute_text(value)


class JobListPage(ListPage):
    model = Job
    table_class = JobTable
    page_title = "后台任务"
    unit = "项"
    empty_title = "没有您可以看到的后台任务"
    empty_text = "导入、筛查等耗时工作会列在这里，关闭浏览器也会继续。"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("requested_by")


class JobPage(Page):
    """One job: progress, rate, estimated end; polled by its fragment."""

    template_name = "ui/job_page.html"
    above = (("后台任务", "jobs:list"),)

    def prepare(self) -> None:
        self.job = self.fetch(
            Job.objects.visible_to(self.request.user).select_related("requested_by"), self.kwargs["pk"]
        )
        self.page_title = self.job.title

    def context(self) -> dict[str, Any]:
        stop = PageAction(
            "取消任务",
            reverse("jobs:cancel", args=[self.job.pk]),
            can_cancel(self.request.user, self.job),
            "player-stop",
            "danger",
            "post",
        )
        result_url = self.job.params.get("result_url", "")
        back = [PageAction("查看结果", result_url, icon="eye", style="primary")] if result_url else []
        return {
            **super().context(),
            "job": self.job,
            "job_status": JobState(self.job.state),
            "happened": sentence_of(self.job),
            "is_running": self.job.is_open,
            "progress_url": reverse("jobs:progress", args=[self.job.pk]),
            "actions": [*back, stop] if self.job.is_open else back,
            **pace(self.job),
        }


class JobProgressFragment(JobPage):
    template_name = "ui/_job_progress.html"

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        return render(self.request, self.template_name, self.context(), status=status)


class JobCancelPage(JobPage):
    command = cancel
    http_method_names = ["post", "options"]

    def about(self) -> list[Any]:
        return [self.job]

    def may_open(self) -> Decision:
        return can_cancel(self.request.user, self.job)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cancel(actor=request.user, reason="本人在任务页取消", job=self.job)
        return redirect("jobs:one", pk=self.job.pk)


def pace(job: Job) -> dict[str, str]:
    """Rate and estimated end in words, once there is something to estimate from."""
    if job.started_at is None or not job.done or not job.total or not job.is_open:
        return {"rate_text": "", "end_text": ""}
    elapsed = max((timezone.now() - job.started_at).total_seconds(), 1)
    rate = job.done / elapsed
    left = (job.total - job.done) / rate
    return {"rate_text": f"每秒约{rate:.0f}", "end_text": f"预计还需{left:.0f}秒"}
