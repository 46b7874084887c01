"""授权查阅."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, live_grants
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.naming import named_by_paths
from admissions.audit.principals import principal_key
from admissions.audit.scope import TrailScope
from admissions.audit.trail import scope_of

from . import kinds
from .enums import SightState

PERSON = settings.AUTH_USER_MODEL


def supervised_by(user: Any) -> Q:
    """Of the groups and seasons of a supervisor's grants; everything where a grant has no limit."""
    found = Q(pk__in=[])
    for grant in live_grants(user):
        if grant.role == Role.SUPERVISOR:
            limits = {"season_id": grant.season_id, "group_id": grant.group_id}
            within = {name: value for name, value in limits.items() if value}
            found |= Q(**within) if within else Q(pk__isnull=False)
    return found


class SightQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "SightQuerySet":
        """To whom and by whom it was given, who answers for the record, who supervises its group, who reads the whole trail."""
        if has_permission(user, Permission.READ_WHOLE_TRAIL):
            return self
        own = Q(person=user) | Q(given_by=user)
        return self.filter(own | supervised_by(user) | kinds.of_any(lambda kind: kind.run_by(user)))

    def without_recused(self, user: Any) -> "SightQuerySet":
        """Its text names the record: whoever keeps away from the record does not find it here."""
        rows = super().without_recused(user)
        return rows.filter(kinds.of_any(lambda kind: kind.rows().without_recused(user)))

    def live(self, at: datetime | None = None) -> "SightQuerySet":
        """In force at the instant; the end of the period is outside it."""
        return self.filter(period__contains=at or timezone.now())

    def over(self) -> "SightQuerySet":
        return self.exclude(period__contains=timezone.now())

    def of_kind(self, kind: kinds.SightKind) -> "SightQuerySet":
        return self.filter(kinds.of_kind(kind))

    def of_record(self, record: models.Model) -> "SightQuerySet":
        meta = record._meta
        return self.filter(
            record_type__app_label=meta.app_label, record_type__model=meta.model_name, record_id=record.pk
        )


class Sight(AuditedModel):
    """授权查阅: one person may look at one record until a moment, for a purpose; looking is all it opens.

    The row is the truth: its period is asked at every look. Beside it stands an object permission of django-guardian.
    A withdrawn one has a shorter period. `season_id`, `group_id`: where the record belonged on the day, for its supervisors.
    """

    PAGE = "sight:one"
    RECUSAL_PATHS = {"person": "person_id"}
    ASKED_WITH = "record"

    record_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name="记录类别", related_name="+")
    record_id = models.PositiveBigIntegerField("记录编号")
    record = GenericForeignKey("record_type", "record_id")
    record_label = models.CharField("查阅的记录", max_length=300)
    season_id = models.BigIntegerField("录取季", null=True, blank=True)
    group_id = models.BigIntegerField("工作组", null=True, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name="查阅人", related_name="sights")
    person_name = models.CharField("查阅人姓名", max_length=80)
    purpose = models.CharField("用途", max_length=300)
    basis = models.CharField("依据", max_length=200)
    period = DateTimeRangeField("有效期")
    given_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="授权人", related_name="+")
    given_by_name = models.CharField("授权人姓名", max_length=80)
    on_behalf_of = principal_key()
    withdrawn_at = models.DateTimeField("收回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="收回人", null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField("收回事由", max_length=500, blank=True)

    objects = SightQuerySet.as_manager()

    class Meta:
        verbose_name = "授权查阅"
        verbose_name_plural = "授权查阅"
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "record_type", "record_id"], name="sight_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__upper_inf=False),
                name="sight_has_an_end",
                violation_error_message="授权查阅须写明截止时间。",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("given_by")),
                name="sight_not_to_oneself",
                violation_error_message="不能授权给本人。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
                name="sight_withdrawn_says_why",
                violation_error_message="收回须写明由谁、何时、因何收回。",
            ),
            ExclusionConstraint(
                name="sight_one_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (F("record_type"), RangeOperators.EQUAL),
                    (F("record_id"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="此人已可查阅这项记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}查阅“{self.record_label}”"

    @property
    def ends_at(self) -> datetime | None:
        """None where it was withdrawn in the moment it was given."""
        return None if self.period.isempty else self.period.upper

    @property
    def is_live(self) -> bool:
        return self.ends_at is not None and self.period.lower <= timezone.now() < self.ends_at

    @property
    def state(self) -> SightState:
        if self.is_live:
            return SightState.LIVE
        return SightState.WITHDRAWN if self.withdrawn_at else SightState.ENDED

    @property
    def kind(self) -> kinds.SightKind:
        return kinds.kind_of(self.record)

    def trail_scope(self) -> TrailScope:
        """Where the record belongs; about whom it was given, and whom the record names."""
        of_record = scope_of(self.record)
        named = {*of_record.all_subjects(), *named_by_paths(self.record)}
        return TrailScope(
            of_record.season_id,
            of_record.season_label,
            of_record.group_id,
            of_record.group_label,
            self.person_id,
            self.person_name,
            tuple(sorted(named)),
        )
