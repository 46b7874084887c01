"""A kind of job for tests of the runner: it counts into a file, goes on where it was, and can be told to misbehave."""

import time
from pathlib import Path
from typing import Any

from admissions.core.decision import Refused
from admissions.jobs.models import Job
from admissions.jobs.registry import JobKind, Progress

KIND = "test.count"
STOPPED: list[tuple[int, str]] = []


def count(current: Job, progress: Progress) -> dict[str, Any]:
    """Write the numbers up to `until`; wait at `hang_at`, break at `break_at`, refuse at `refuse_at`."""
    path, until = Path(current.params["file"]), current.params["until"]
    done = len(path.read_text().splitlines()) if path.exists() else 0
    for number in range(done + 1, until + 1):
        if number == current.params.get("break_at"):
            raise ZeroDivisionError("a secret of the inside")
        if number == current.params.get("refuse_at"):
            raise Refused("名单已经封存。", who_can="请联系行政秘书。")
        with path.open("a") as file:
            file.write(f"{number}\n")
        progress(number, until, f"已数到{number}")
        if number == current.params.get("hang_at") and current.attempts == 1:
            time.sleep(600)
    return {"counted": until}


def counting(max_attempts: int = 3, can_cancel: bool = True) -> JobKind:
    return JobKind(KIND, "计数", count, max_attempts, can_cancel, lambda job, why: STOPPED.append((job.pk, why)))
