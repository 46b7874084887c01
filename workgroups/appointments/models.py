"""任职 (定责到人)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, live_grants
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.passages import Passage, PassageQuerySet
from admissions.audit.scope import TrailScope
from workgroups.groups.enums import PostRank
from workgroups.groups.models import Post, below, groups_in_scope, groups_opened

from .deputies import stood_in_for
from .enums import ANY_AREA, SEATED, AppointmentKind, AppointmentStatus


def sees_all_appointments(user: Any) -> bool:
    """Those who appoint, rule on recusal, or administer training see the roster of all groups."""
    permissions = (Permission.APPOINT, Permission.RULE_RECUSAL, Permission.MANAGE_TRAINING, Permission.READ_WHOLE_TRAIL)
    return any(has_permission(user, permission) for permission in permissions)


class AppointmentQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "AppointmentQuerySet":
        """One's own; those of one's groups (leaders: with the groups below); supervisors by grant; the office all.

        A deputy reads as the principal does.
        """
        if sees_all_appointments(user):
            return self
        if any(grant.role == Role.SUPERVISOR for grant in live_grants(user)):
            return self.filter(groups_in_scope(user, "post__group"))
        deputised = [row.pk for row in stood_in_for(user, ANY_AREA)]
        mine = Appointment.objects.filter(Q(person=user) | Q(pk__in=deputised)).current()
        groups = mine.values("post__group_id")
        leads = mine.filter(post__rank=PostRank.LEADER).values("post__group_id")
        own = Q(person=user) | Q(post__group_id__in=groups) | below("post__group", leads)
        return self.filter(own | groups_opened(user, "post__group"))

    def of_season(self, season: Any) -> "AppointmentQuerySet":
        return self.filter(post__group__season=season)

    def seated(self) -> "AppointmentQuerySet":
        """Not ended."""
        return self.filter(status__in=SEATED)

    def current(self, at: Any = None) -> "AppointmentQuerySet":
        """Not ended, and the period covers the instant."""
        return self.seated().filter(period__contains=at or timezone.now())

    def in_force(self, at: Any = None) -> "AppointmentQuerySet":
        """On duty now."""
        return self.filter(status=AppointmentStatus.ON_DUTY, period__contains=at or timezone.now())


class Appointment(AuditedModel):
    """任职: one person on one post for a period, on the basis of a resolution or order.

    On duty only through readiness (#5); an appointment without the number of its resolution or order cannot be activated.
    """

    PAGE = "appointments:one"
    RECUSAL_PATHS = {"person": "person_id"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="appointments"
    )
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="appointments")
    kind = models.CharField(
        "任职类型", max_length=10, choices=AppointmentKind.choices, default=AppointmentKind.PRINCIPAL
    )
    period = DateTimeRangeField("任职期间")
    status = models.CharField(
        "状态", max_length=10, choices=AppointmentStatus.choices, default=AppointmentStatus.PROPOSED
    )
    basis = models.CharField("任职依据（决议或文号）", max_length=120, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["post__group", "post__order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="appointment_status_known"),
            models.CheckConstraint(condition=Q(kind__in=AppointmentKind.values), name="appointment_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=[AppointmentStatus.PROPOSED, AppointmentStatus.ENDED]) | ~Q(basis=""),
                name="appointment_has_basis",
                violation_error_message="没有决议或文号的任职不能确认或上岗。",
            ),
            ExclusionConstraint(
                name="appointment_once_per_post",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (F("post"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status=AppointmentStatus.ENDED),
                violation_error_message="此人在这段期间已在本岗位任职，不能重复任命。",
            ),
        ]
        indexes = [models.Index(fields=["person", "status"]), models.Index(fields=["post", "status"])]

    def __str__(self) -> str:
        return f"{self.person.name}·{self.post}"

    def trail_scope(self) -> TrailScope:
        group = self.post.group
        return TrailScope(
            season_id=group.season_id,
            season_label=str(group.season),
            group_id=group.pk,
            group_label=group.name,
            person_id=self.person_id,
            person_label=self.person.name,
        )


class OfAppointmentQuerySet(AuditedQuerySet):
    """Rows that belong to an appointment are seen with it."""

    def in_scope_of(self, user: Any) -> "OfAppointmentQuerySet":
        return self.filter(appointment__in=Appointment.objects.in_scope_of(user))


class AppointmentPassageQuerySet(PassageQuerySet, OfAppointmentQuerySet):
    pass


class AppointmentPassage(Passage):
    """任职经过: every passage from one status to another is a row."""

    PAGE_OF = "appointment"
    RECUSAL_PATHS = {"person": "appointment__person_id"}
    OF = "appointment"

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="任职", related_name="passages")
    from_status = models.CharField("原状态", max_length=10, choices=AppointmentStatus.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=AppointmentStatus.choices)

    objects = AppointmentPassageQuerySet.as_manager()

    class Meta(Passage.Meta):
        verbose_name = "任职经过"
        verbose_name_plural = "任职经过"

    def __str__(self) -> str:
        return f"{self.appointment}：{self.get_to_status_display()}"
