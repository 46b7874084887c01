"""临机处置: what was done first and has to be decided afterwards."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from workgroups.appointments.models import Appointment
from workgroups.groups.models import WorkGroup

from ..enums import UNRATIFIED, EmergencyCategory, EmergencyStatus
from .items import AgendaItem
from .matters import DecisionMatter
from .scoping import groups_read, sees_all_meetings

PERSON = settings.AUTH_USER_MODEL


class EmergencyQuerySet(AuditedQuerySet):
    """For the body on duty, who runs meetings, who supervises the body, and the two who decided."""

    emergency_path = ""

    def in_scope_of(self, user: Any) -> "EmergencyQuerySet":
        if sees_all_meetings(user):
            return self
        path = self.emergency_path
        on_duty = Appointment.objects.in_force().filter(person=user).values("post__group")
        found = Q(**{f"{path}decided_by": user}) | Q(**{f"{path}cosigned_by": user})
        found |= Q(**{f"{path}group__in": on_duty})
        found |= groups_read(user, f"{path}group")
        return self.filter(pk__in=self.model._base_manager.filter(found).values("pk"))


class EmergencyDecisionQuerySet(EmergencyQuerySet):
    def of_season(self, season: Any) -> "EmergencyDecisionQuerySet":
        return self.filter(group__season=season)

    def overdue(self) -> "EmergencyDecisionQuerySet":
        return self.filter(status__in=UNRATIFIED, ratify_by__lt=timezone.now())


class EmergencyDecision(AuditedModel):
    """临机处置 (#41): a category, a limit, two persons, and a clock until the body has decided about it."""

    PAGE = "meetings:emergency"
    RECUSAL_PATHS = {"person": "subject_person_id", "institution": "institution_id", "item": "item_id"}

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="决策机构", related_name="emergencies")
    matter = models.ForeignKey(DecisionMatter, models.PROTECT, verbose_name="事项", related_name="emergencies")
    category = models.CharField("类别", max_length=10, choices=EmergencyCategory.choices)
    title = models.CharField("突发情况", max_length=100)
    measures = models.TextField("处置内容")
    limits = models.TextField("处置边界")
    subject_person = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="涉及人员", null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey(
        "seasons.Institution", models.PROTECT, verbose_name="涉及院校", null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField("处置时间")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="决定人", related_name="emergencies_decided")
    cosigned_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="同签人", null=True, blank=True, related_name="emergencies_cosigned"
    )
    cosigned_at = models.DateTimeField("同签时间", null=True, blank=True)
    ratify_by = models.DateTimeField("补议时限")
    status = models.CharField("状态", max_length=10, choices=EmergencyStatus.choices, default=EmergencyStatus.PROPOSED)
    item = models.OneToOneField(
        AgendaItem, models.PROTECT, verbose_name="补议议题", null=True, blank=True, related_name="emergency"
    )
    settled_at = models.DateTimeField("补议时间", null=True, blank=True)
    lapsed_at = models.DateTimeField("逾期未补议", null=True, blank=True)

    objects = EmergencyDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "临机处置"
        verbose_name_plural = "临机处置"
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EmergencyStatus.values), name="emergency_status_known"),
            models.CheckConstraint(condition=Q(category__in=EmergencyCategory.values), name="emergency_category_known"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("cosigned_by")),
                name="emergency_two_people",
                violation_error_message="同签人不能是决定人本人。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "withdrawn"]) | Q(cosigned_at__isnull=False),
                name="emergency_in_effect_is_cosigned",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ratified", "refused"]) | Q(item__isnull=False, settled_at__isnull=False),
                name="emergency_settled_by_item",
            ),
            models.CheckConstraint(
                condition=Q(ratify_by__gt=F("happened_at")),
                name="emergency_ratified_after",
                violation_error_message="补议时限须晚于处置时间。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        return self.status in UNRATIFIED and self.ratify_by < timezone.now()

    def trail_scope(self) -> TrailScope:
        named = [
            f"{kind}:{value}"
            for kind, value in (
                ("person", self.subject_person_id),
                ("institution", self.institution_id),
                ("item", self.item_id),
            )
            if value
        ]
        return replace(self.group.trail_scope(), subjects=tuple(named))


class EmergencyEffect(AuditedModel):
    """处置影响: what the disposal changed, to be undone when the body does not ratify it."""

    PAGE_OF = "decision"
    RECUSAL_PATHS = {
        "person": "decision__subject_person_id",
        "institution": "decision__institution_id",
        "item": "decision__item_id",
    }

    decision = models.ForeignKey(EmergencyDecision, models.PROTECT, verbose_name="临机处置", related_name="effects")
    what = models.CharField("影响", max_length=200)
    undone = models.TextField("处理情况", blank=True)
    undone_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="处理人", null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField("处理时间", null=True, blank=True)

    class EffectQuerySet(EmergencyQuerySet):
        emergency_path = "decision__"

    objects = EffectQuerySet.as_manager()

    class Meta:
        verbose_name = "处置影响"
        verbose_name_plural = "处置影响"
        ordering = ["decision", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undone=""),
                name="emergencyeffect_undone_how",
                violation_error_message="请写明如何处理。",
            )
        ]

    def __str__(self) -> str:
        return self.what

    def trail_scope(self) -> TrailScope:
        return self.decision.trail_scope()
