"""应议未议的说明."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.enums import Outcome
from admissions.audit.models import AuditedModel, AuditedQuerySet, Event
from admissions.audit.scope import TrailScope

from .decisions import Resolution
from .scoping import sees_all_meetings

PERSON = settings.AUTH_USER_MODEL


def readable_acts(user: Any) -> Any:
    """Ledger entries in which acts without decision are looked for: all for who runs meetings, else those of one's scope."""
    rows = Event.objects.without_recused(user) if sees_all_meetings(user) else Event.objects.visible_to(user)
    return rows.filter(outcome=Outcome.DONE)


class ExplanationQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "ExplanationQuerySet":
        return self.filter(event__in=readable_acts(user).values("pk"))


class ActExplanation(AuditedModel):
    """应议未议的说明 (#27): why a listed matter was carried out without a quoted decision, and whether that is accepted."""

    PAGE = "meetings:explanation"
    RECUSAL_EXEMPT = "read only together with the ledger entry it explains, which is withheld from the recused"

    event = models.UUIDField("留痕事件", unique=True, editable=False)
    act = models.CharField("办理事项", max_length=400, editable=False)
    text = models.TextField("说明")
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, verbose_name="补议的决议", null=True, blank=True, related_name="late_grounds"
    )
    explained_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="说明人", related_name="+")
    explained_at = models.DateTimeField("说明时间")
    settled_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="认可人", null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField("认可时间", null=True, blank=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = "应议未议说明"
        verbose_name_plural = "应议未议说明"
        ordering = ["-explained_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("explained_by")),
                name="explanation_settled_by_another",
                violation_error_message="说明人不能认可自己的说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"关于“{self.act}”的说明"

    def trail_scope(self) -> TrailScope:
        row = Event.objects.get(pk=self.event)
        return TrailScope(
            season_id=row.season_id,
            season_label=row.season_label,
            group_id=row.group_id,
            group_label=row.group_label,
            person_id=row.person_id,
            person_label=row.person_label,
            subjects=tuple(row.subjects),
        )
