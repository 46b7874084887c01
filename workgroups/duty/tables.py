from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse

from admissions.core.tables import LATENESS, ChipColumn, DeadlineColumn, MinuteColumn

from .enums import HandoverStatus
from .models import Handover


class HandoverTable(tables.Table):
    appointment = tables.Column(
        verbose_name="移交岗位", orderable=False, linkify=lambda record: reverse("duty:handover", args=[record.pk])
    )
    receiver = tables.Column(verbose_name="接收人", accessor="receiver__name", orderable=False)
    status = ChipColumn(verbose_name="状态")
    prepared_at = MinuteColumn(verbose_name="编制时间")
    due_at = DeadlineColumn(verbose_name="签字期限", orderable=False)

    class Meta:
        model = Handover
        fields = ("appointment", "receiver", "status", "prepared_at", "due_at")

    def render_due_at(self, value: Any, record: Handover, column: DeadlineColumn) -> str:
        return column.render(value) if record.status == HandoverStatus.OPEN else "—"


class HandoverFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=HandoverStatus.choices, empty_label="全部")
    late = django_filters.ChoiceFilter(label="期限", choices=LATENESS, method="by_term", empty_label="全部")

    class Meta:
        model = Handover
        fields: list[str] = []

    def by_term(self, rows: Any, name: str, value: str) -> Any:
        overdue = Handover.objects.overdue().values("pk")
        return rows.filter(pk__in=overdue) if value == "late" else rows.waiting().exclude(pk__in=overdue)
