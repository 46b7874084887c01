"""代岗与交接."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.access import recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from workgroups.appointments.enums import SERVED, RightArea, all_areas, areas_of_rank
from workgroups.appointments.models import Appointment, OfAppointmentQuerySet

from .enums import HandoverStatus


class DelegationQuerySet(OfAppointmentQuerySet):
    def in_scope_of(self, user: Any) -> AuditedQuerySet:
        return self.filter(Q(appointment__in=Appointment.objects.in_scope_of(user)) | Q(deputy=user))

    def without_recused(self, user: Any) -> AuditedQuerySet:
        """Two people are named: neither must be one the reader is recused from."""
        return super().without_recused(user).exclude(appointment__person_id__in=recused_scope(user).persons)

    def live(self, at: Any = None) -> "DelegationQuerySet":
        """The instant lies in the period, and the holder is on duty with an open account: nobody has by a delegation what the
        holder has not, and whoever is suspended has nothing.
        """
        instant = at or timezone.now()
        held = Appointment.objects.in_force(instant).filter(person__in=User.objects.active())
        return self.filter(period__contains=instant, appointment__in=held)

    def not_over(self) -> "DelegationQuerySet":
        """Live now or still to come."""
        return self.filter(period__endswith__gt=timezone.now(), appointment__status__in=SERVED)


class Delegation(AuditedModel):
    """代岗 (#7): for a time and within a scope the deputy acts on behalf of the holder; shown as “李四（代张三）”."""

    PAGE_OF = "appointment"
    RECUSAL_PATHS = {"person": "deputy_id"}

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="被代岗位", related_name="delegations")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代岗人", related_name="delegations"
    )
    period = DateTimeRangeField("代岗期间")
    areas = ArrayField(
        models.CharField(max_length=12, choices=RightArea.choices), verbose_name="代岗事项", default=all_areas
    )
    scope = models.CharField("说明", max_length=200, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "代岗"
        verbose_name_plural = "代岗"
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(
                name="delegation_one_deputy",
                expressions=[(F("appointment"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                violation_error_message="这段期间已有人代岗。",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=True) | Q(period__upper_inf=False),
                name="delegation_has_an_end",
                violation_error_message="代岗须有截止时间。",
            ),
            models.CheckConstraint(
                condition=Q(areas__contained_by=RightArea.values, areas__len__gte=1),
                name="delegation_areas_known",
                violation_error_message="请至少选择一项代岗事项。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy.name}（代{self.appointment.person.name}）"

    @property
    def matters(self) -> str:
        """The areas in words, with the arranger's own note."""
        possible = areas_of_rank(self.appointment.post.rank)
        given = [area.label for area in possible if area in self.areas]
        words = "全部事项" if len(given) == len(possible) else "、".join(given)
        return f"{words}（{self.scope}）" if self.scope else words

    @property
    def is_over(self) -> bool:
        return self.period.isempty or self.period.upper <= timezone.now()

    def trail_scope(self) -> TrailScope:
        return replace(self.appointment.trail_scope(), subjects=(f"person:{self.deputy_id}",))


# Both sign within so many days; a period that runs out before is the end of the term.
HANDOVER_TERM = timedelta(days=3)


class HandoverQuerySet(OfAppointmentQuerySet):
    def waiting(self) -> "HandoverQuerySet":
        return self.filter(status=HandoverStatus.OPEN)

    def overdue(self, at: Any = None) -> "HandoverQuerySet":
        """Not signed by both, and the term is over; `Handover.due_at` says the same of one."""
        now = at or timezone.now()
        ran_out = Q(appointment__period__endswith__lte=now, appointment__period__endswith__gt=F("prepared_at"))
        return self.waiting().filter(Q(prepared_at__lte=now - HANDOVER_TERM) | ran_out)

    def in_scope_of(self, user: Any) -> AuditedQuerySet:
        """With the appointment; and whoever takes over, also from another group, reads what is to be signed."""
        return self.filter(Q(appointment__in=Appointment.objects.in_scope_of(user)) | Q(receiver=user))

    def without_recused(self, user: Any) -> AuditedQuerySet:
        return super().without_recused(user).exclude(receiver_id__in=recused_scope(user).persons)


class Handover(AuditedModel):
    """交接单 (#8): what is handed over, signed by both; only then the outgoing person is relieved."""

    PAGE = "duty:handover"
    RECUSAL_PATHS = {"person": "appointment__person_id"}

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="移交岗位", related_name="handovers")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="接收人", related_name="handovers"
    )
    status = models.CharField("状态", max_length=10, choices=HandoverStatus.choices, default=HandoverStatus.OPEN)
    items = models.JSONField("移交事项")
    remarks = models.TextField("补充说明", blank=True)
    reason = models.TextField("离岗原因")
    prepared_at = models.DateTimeField("编制时间", default=timezone.now)
    given_at = models.DateTimeField("移交人签字时间", null=True, blank=True)
    taken_at = models.DateTimeField("接收人签字时间", null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "交接单"
        verbose_name_plural = "交接单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=HandoverStatus.values), name="handover_status_known"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(given_at__isnull=False, taken_at__isnull=False),
                name="handover_done_is_signed_by_both",
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(status="open"),
                name="handover_one_open",
                violation_error_message="这个岗位已有一份未完成的交接单。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment}的交接单"

    @property
    def due_at(self) -> datetime:
        """Three days after it was prepared, or with the period of the appointment where that ends before."""
        ends = self.appointment.period.upper
        term: datetime = self.prepared_at + HANDOVER_TERM
        return min(term, ends) if ends is not None and ends > self.prepared_at else term

    @property
    def is_overdue(self) -> bool:
        return self.status == HandoverStatus.OPEN and self.due_at <= timezone.now()

    def waits_for(self) -> list[str]:
        """Names of whoever has not signed yet."""
        both = ((self.appointment.person.name, self.given_at), (self.receiver.name, self.taken_at))
        return [name for name, at in both if not at]

    def trail_scope(self) -> TrailScope:
        return replace(self.appointment.trail_scope(), subjects=(f"person:{self.receiver_id}",))
