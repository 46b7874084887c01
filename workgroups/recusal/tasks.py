"""The sealed job, as the job runner calls it, and the clock of challenges."""

from typing import Any

from celery import shared_task

from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job

from .services.challenging import count_terms
from .services.screening import JOB, run_screening


@job(JOB, "回避比对", can_cancel=False)
def screening_job(current: Job, progress: Progress) -> dict[str, Any]:
    """Compare digests and register hits; goes on where an earlier attempt stopped."""
    screening = run_screening(current.params["screening"], progress, current.requested_by)
    return {"relations": screening.relation_count, "hits": screening.hit_count, "new": screening.new_fact_count}


@shared_task(name="recusal.count_terms")
def count_challenge_terms() -> int:
    return count_terms()
