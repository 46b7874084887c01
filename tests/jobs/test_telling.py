"""What the page of a job says to who waits for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.jobs import telling
from admissions.jobs.models import Job

SECOND = timedelta(seconds=1)


def told(**values):
    now = timezone.now()
    made = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    return telling.sentence_of(Job(**{"created_at": now, **made}))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "waiting"}, ""),
        ({"state": "waiting", "created_at": -telling.SOON - SECOND}, telling.NOBODY_COMES),
        ({"state": "waiting", "created_at": -telling.SOON - SECOND, "note": "出现故障，稍后自动重试。"}, ""),
        ({"state": "running", "lease_until": SECOND * 9}, ""),
        ({"state": "running", "lease_until": SECOND * 9, "vanished": 1}, telling.BEGUN_AGAIN),
        ({"state": "running", "lease_until": -SECOND}, telling.BROKEN_OFF),
        ({"state": "done", "vanished": 1}, ""),
        ({"state": "failed", "vanished": 1}, ""),
    ],
)
def test_what_is_said(values, sentence):
    assert told(**values) == sentence
