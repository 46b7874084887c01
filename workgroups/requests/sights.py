"""Sight of one request or report (授权查阅): whoever leads the group that wrote it gives it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.decision import Decision
from admissions.sight.kinds import SightKind
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import leads, led_groups
from workgroups.groups.models import below

from .models import Attachment, Reply, Submission, SubmissionVersion


def may_give(user: Any, submission: Submission) -> Decision:
    return leads(user, submission.group, RightArea.REQUESTS)


def submissions_led(user: Any) -> QuerySet:
    return Submission.objects.filter(below("group", list(led_groups(user, RightArea.REQUESTS))))


def submission_url(submission: Submission) -> str:
    return reverse("requests:one", args=[submission.pk])


SUBMISSIONS = SightKind(
    model=Submission,
    label="请示报告",
    answers_for=may_give,
    run_by=submissions_led,
    covers=((SubmissionVersion, "submission"), (Attachment, "version__submission"), (Reply, "submission")),
    opens_trail=False,
    url=submission_url,
)
