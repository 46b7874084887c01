"""The sealed job, as the job runner calls it."""

from typing import Any

from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job

from .services.screening import JOB, run_screening


@job(JOB, "回避比对", can_cancel=False)
def screening_job(current: Job, progress: Progress) -> dict[str, Any]:
    """Compare digests and register hits; goes on where an earlier attempt stopped."""
    screening = run_screening(current.params["screening"], progress)
    return {"relations": screening.relation_count, "hits": screening.hit_count, "new": screening.new_fact_count}
