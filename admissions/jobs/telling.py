"""What became of a job, as a sentence for whoever waits for it."""

from datetime import timedelta

from django.utils import timezone

from .enums import JobState
from .models import Job

# A worker that is there takes a job within a minute or two: at once by the broker, else found by the timer.
SOON = timedelta(minutes=3)
NOBODY_COMES = "任务已经登记，还没有后台程序来取。它会一直等着，不必重新提交；请告诉系统管理员查看后台程序是否在运行。"
BROKEN_OFF = "运行它的程序中断了，一两分钟内自动重新开始。已经写入的不会重复写入，不必重新提交。"
BEGUN_AGAIN = "运行它的程序中断过，现在已重新开始。已经写入的不会重复写入。"


def sentence_of(job: Job) -> str:
    """Empty where it goes on as it should, or has ended: then result or error say it."""
    now = timezone.now()
    if job.state == JobState.WAITING and not job.note and job.created_at < now - SOON:
        return NOBODY_COMES
    if job.state != JobState.RUNNING:
        return ""
    if job.lease_until is not None and job.lease_until < now:
        return BROKEN_OFF
    return BEGUN_AGAIN if job.vanished else ""
