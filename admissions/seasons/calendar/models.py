"""工作日历: imported rows, one per day."""

from typing import Any

from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel, AuditedQuerySet


class CalendarDayQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "CalendarDayQuerySet":
        return self

    def of_year(self, year: int) -> "CalendarDayQuerySet":
        return self.filter(date__year=year)


class CalendarDay(AuditedModel):
    """日历日: working day or not, under what name, and where that was read."""

    RECUSAL_EXEMPT = "a day of the calendar; names nobody"

    date = models.DateField("日期", unique=True)
    is_work = models.BooleanField("工作日")
    label = models.CharField("说明", max_length=40, blank=True)
    source = models.CharField("来源", max_length=200)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = "日历日"
        verbose_name_plural = "工作日历"
        ordering = ["date"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="calendarday_has_source")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}{'工作日' if self.is_work else '休息日'}"
