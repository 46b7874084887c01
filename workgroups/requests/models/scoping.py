"""Who sees requests, duties and instructions: the own group, the addressee, the group's supervisors."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.access import recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups, live_appointments
from workgroups.groups.models import below
from workgroups.meetings.models.scoping import groups_read


def of_own(user: Any, path: str) -> Q:
    """Rows of the groups the user works in."""
    return Q(**{f"{path}__in": {row.post.group_id for row in live_appointments(user, RightArea.REQUESTS)}})


def of_workers(user: Any, path: str) -> Q:
    """Rows of the groups the user works in, and of those below the groups the user leads."""
    return of_own(user, path) | below(path, list(led_groups(user, RightArea.REQUESTS)))


def watched(user: Any, path: str) -> Q:
    """Rows of the groups the user works in; for a supervisor also the groups of the grants; by break-glass access."""
    return of_own(user, path) | groups_read(user, path)


class SubjectQuerySet(AuditedQuerySet):
    """Rows about somebody, also by the event that opened their duty; `duty_path` leads to that duty."""

    duty_path = ""

    def without_recused(self, user: Any) -> "SubjectQuerySet":
        rows, subjects = super().without_recused(user), recused_scope(user).subjects()
        return rows.exclude(**{f"{self.duty_path}subjects__overlap": subjects}) if subjects else rows


class OfSubmissionQuerySet(SubjectQuerySet):
    """Rows of a request or report; the addressee sees them once it has been sent."""

    submission_path = "submission__"
    duty_path = "submission__duty__"
    delivered = "submission__sent_at__isnull"

    def in_scope_of(self, user: Any) -> "OfSubmissionQuerySet":
        path = self.submission_path
        addressed = of_workers(user, f"{path}addressee") & Q(**{self.delivered: False})
        return self.filter(watched(user, f"{path}group") | addressed)


class AboutSomebody(AuditedModel):
    """Whom a row is about: who must keep away from them finds it nowhere."""

    RECUSAL_PATHS = {
        "person": "subject_person_id",
        "institution": "institution_id",
        "candidate": "candidate_digest",
    }

    subject_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="涉及人员", null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey(
        "seasons.Institution", models.PROTECT, verbose_name="涉及院校", null=True, blank=True, related_name="+"
    )
    candidate_digest = models.CharField("涉及考生摘要", max_length=80, blank=True, editable=False)

    class Meta:
        abstract = True

    def named(self) -> tuple[str, ...]:
        """Keys of the ledger for whom or what the row names."""
        return tuple(
            f"{kind}:{getattr(self, path)}" for kind, path in self.RECUSAL_PATHS.items() if getattr(self, path)
        )


SUBJECT_FIELDS = ("subject_person", "institution", "candidate_digest")


# A request may also ask about an item: it is not for whoever keeps away from the item.
OF_SUBMISSION = AboutSomebody.RECUSAL_PATHS | {"item": "item_id"}


def through(path: str) -> dict[str, str]:
    """`RECUSAL_PATHS` of a row that belongs to a request or report."""
    return {kind: f"{path}__{field}" for kind, field in OF_SUBMISSION.items()}
