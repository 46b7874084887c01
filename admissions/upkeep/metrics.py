"""`/metrics`: figures for a monitoring system in Prometheus' text format; counts and ages, never anybody's data."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from admissions.accounts.models import LoginSession
from admissions.audit.enums import Outcome
from admissions.audit.models import Event, RawChange, WrongMark
from admissions.jobs.enums import JobState
from admissions.jobs.models import Job

from .ledger_state import last_seal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
JOB_STATES = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)
HOUR = timedelta(hours=1)
# A scrape must stay cheap: beyond this the figure says “at least”.
MOST_COUNTED = 100_000
# Name, what it is, and its samples: labels and value.
Samples = list[tuple[str, float]]
Metric = tuple[str, str, Samples]


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """404 where no token is set: the address then does not exist."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _has_token(request):
        return HttpResponse("", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(as_text(figures(timezone.now())), content_type=CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), settings.METRICS_TOKEN.encode())


def as_text(found: Iterator[Metric]) -> str:
    lines = []
    for name, what, samples in found:
        lines += [f"# HELP admissions_{name} {what}", f"# TYPE admissions_{name} gauge"]
        lines += [f"admissions_{name}{labels} {value:g}" for labels, value in samples]
    return "\n".join([*lines, ""])


def figures(now: datetime) -> Iterator[Metric]:
    yield "jobs", "Background jobs by state.", _jobs_by_state()
    oldest = Job.objects.filter(state=JobState.WAITING).aggregate(Min("created_at"))["created_at__min"]
    yield "job_oldest_waiting_seconds", "Age of the oldest waiting job.", [("", _age(oldest, now))]
    last_hour = Event.objects.filter(at__gt=now - HOUR)
    yield "events_last_hour", "Ledger entries of the last hour, 100000 at most.", [("", _capped(last_hour))]
    refused = last_hour.filter(outcome=Outcome.REFUSED)
    yield "refused_last_hour", "Refused attempts of the last hour, 100000 at most.", [("", _capped(refused))]
    yield "raw_changes", "Alarms for changes past the application.", [("", _capped(RawChange.objects.all()))]
    yield "wrong_marks", "Alarms for entries with a wrong mark.", [("", _capped(WrongMark.objects.all()))]
    awake = LoginSession.objects.filter(last_seen_at__gt=now - settings.IDLE_TIMEOUT).count()
    yield "active_sessions", "Sessions that are not idle.", [("", awake)]
    seal = last_seal()
    if seal is not None:
        yield "last_seal_age_seconds", "Age of the newest seal.", [("", _age(seal.at, now))]


def _jobs_by_state() -> Samples:
    rows = Job.objects.order_by().filter(state__in=JOB_STATES).values("state").annotate(number=Count("pk"))
    counts = {row["state"]: row["number"] for row in rows}
    return [(f'{{state="{state}"}}', counts.get(state, 0)) for state in JOB_STATES]


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _capped(rows) -> int:
    return rows.order_by()[:MOST_COUNTED].count()
