"""Delivery of jobs; everything else is in the table."""

from celery import shared_task

from . import runner


@shared_task(name="jobs.run")
def run_job(job_id: int) -> bool:
    return runner.run(job_id)


@shared_task(name="jobs.resend_lost")
def resend_lost() -> int:
    """Every minute: send again what nobody works on."""
    lost = runner.due_jobs()
    for job_id in lost:
        runner.deliver(job_id)
    return len(lost)
