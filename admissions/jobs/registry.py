"""Kinds of long work. A job function is idempotent: run again after a crash, it goes on where it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .models import Job

Progress = Callable[..., None]
F = TypeVar("F", bound=Callable[[Job, Progress], dict[str, Any] | None])


@dataclass(frozen=True)
class JobKind:
    code: str
    label: str
    run: Callable[[Job, Progress], dict[str, Any] | None]
    max_attempts: int
    can_cancel: bool
    on_stop: Callable[[Job, str], None] | None = None
    apart: bool = False


KINDS: dict[str, JobKind] = {}


class JobCancelled(Exception):
    """Raised inside a job at its next progress report after somebody asked to cancel."""


class JobLost(Exception):
    """Raised inside a job at its next progress report after its lease ran out and another worker took over."""


def job(
    code: str,
    label: str,
    *,
    max_attempts: int = 3,
    can_cancel: bool = True,
    on_stop: Callable[[Job, str], None] | None = None,
    apart: bool = True,
) -> Callable[[F], F]:
    """Register `function(job, progress) -> result`; `progress(done, total, note)` renews the lease.

    `apart`: when its process vanished it is run again in one of its own.
    `on_stop(job, sentence)` is called when it has failed for good or was cancelled, in the same transaction.
    """

    def decorate(function: F) -> F:
        KINDS[code] = JobKind(code, label, function, max_attempts, can_cancel, on_stop, apart)
        return function

    return decorate
