"""领用单."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from workgroups.groups.models import WorkGroup

from .enums import SupplyStatus


class SupplyQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "SupplyQuerySet":
        """One's own; all for who keeps the groups."""
        return self if has_permission(user, Permission.MANAGE_GROUPS) else self.filter(taken_by=user)

    def of_season(self, season: Any) -> "SupplyQuerySet":
        return self.filter(group__season=season)

    def still_out(self) -> "SupplyQuerySet":
        return self.filter(status=SupplyStatus.TAKEN)


class Supply(AuditedModel):
    """领用单: who took what for which group, until it is back."""

    RECUSAL_PATHS = {"person": "taken_by_id"}

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="工作组", related_name="supplies")
    item = models.CharField("物品", max_length=100)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="领用人", related_name="supplies"
    )
    taken_at = models.DateTimeField("领用时间")
    returned_at = models.DateTimeField("归还时间", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=SupplyStatus.choices, default=SupplyStatus.TAKEN)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = "领用单"
        verbose_name_plural = "领用单"
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SupplyStatus.values), name="supply_status_known"),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(returned_at__isnull=False), name="supply_returned_when"
            ),
        ]

    def __str__(self) -> str:
        return self.item

    def trail_scope(self) -> TrailScope:
        return replace(self.group.trail_scope(), subjects=(f"person:{self.taken_by_id}",))
