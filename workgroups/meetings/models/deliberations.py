"""审议情况: what became of an item in one sitting."""

from django.db import models
from django.db.models import Q

from ..enums import DeliberationState
from .items import AgendaItem, OfItem
from .meetings import Meeting


class Deliberation(OfItem):
    """审议情况: one item in one sitting. What was said there (positions, rulings, remarks) is that of the seats of this meeting.

    `AgendaItem` shows the sitting it is in now or was in last. Items put on an agenda before these rows were kept have
    none for that sitting: there the item itself says it (`AgendaItemQuerySet.sat_in`).
    """

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="deliberations")
    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="deliberations")
    order = models.PositiveSmallIntegerField("议程序号")
    is_motion = models.BooleanField("临时动议", default=False)
    motion_reason = models.CharField("临时动议的理由和同意情况", max_length=300, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=DeliberationState.choices, default=DeliberationState.SCHEDULED
    )
    rule = models.JSONField("议决规则", null=True, blank=True, editable=False)
    electorate = models.JSONField("审议开始时的表决成员", null=True, blank=True, editable=False)
    opened_at = models.DateTimeField("开始审议", null=True, blank=True, editable=False)
    ended_at = models.DateTimeField("结束", null=True, blank=True, editable=False)
    deferral = models.TextField("暂缓原因", blank=True)

    class Meta:
        verbose_name = "审议情况"
        verbose_name_plural = "审议情况"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliberationState.values), name="deliberation_state_known"),
            models.UniqueConstraint(
                fields=["item", "meeting"],
                name="deliberation_once",
                violation_error_message="本议题在这次会议上已经审议过，请列入下次会议。",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(ended_at__isnull=True),
                name="deliberation_one_at_a_time",
                violation_error_message="本议题已列入另一次会议。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "collecting"], ended_at__isnull=True)
                | Q(state__in=["decided", "deferred", "withdrawn", "moved"], ended_at__isnull=False),
                name="deliberation_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["collecting", "decided", "deferred"]) | Q(rule__isnull=False),
                name="deliberation_open_has_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}：“{self.item}”"
