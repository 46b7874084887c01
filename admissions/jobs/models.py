"""后台任务: the truth about long work; the broker only delivers “run job N”."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission

from .enums import JobState


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "JobQuerySet":
        """One's own jobs; all of them for those who run the system."""
        if not user.is_authenticated:
            return self.none()
        return self if has_permission(user, Permission.RUN_SYSTEM) else self.filter(requested_by=user)


class Job(models.Model):
    """后台任务. `params` and `result` hold ids and counts, never personal data."""

    NOT_AUDITED = "progress is not business state; request, end and failure are ledger events"

    # What goes along with a season's archive.
    ARCHIVED_COLUMNS = ("id", "kind", "title")

    kind = models.CharField("种类", max_length=60)
    title = models.CharField("名称", max_length=200)
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.WAITING)
    params = models.JSONField("参数", default=dict)
    result = models.JSONField("结果", default=dict)
    total = models.PositiveBigIntegerField("总量", default=0)
    done = models.PositiveBigIntegerField("已完成", default=0)
    note = models.CharField("说明", max_length=300, blank=True)
    error = models.TextField("失败原因", blank=True)
    attempts = models.PositiveSmallIntegerField("运行次数", default=0)
    # How often the process that ran it ended without a word.
    vanished = models.PositiveSmallIntegerField("中断次数", default=0)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    cancel_asked = models.BooleanField("已要求取消", default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", null=True, blank=True, related_name="jobs"
    )
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_archive(cls, row: dict[str, Any]) -> "Job":
        """Over: what it did is in the archive; nobody takes it up again."""
        return cls(**row, state=JobState.DONE, note="由归档包读回")

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)
