"""The list of 环节单."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from admissions.core.forms import SearchFilter
from admissions.core.navigation import frame_part
from admissions.core.tables import ChipColumn, DeadlineColumn
from admissions.core.templatetags.ui import chip
from admissions.seasons.models import Batch
from workgroups.groups.enums import StepStage
from workgroups.groups.models import Step

from .enums import RunStatus
from .models import StepRun
from .selectors import waiting_for

WHOSE = [("mine", "等我办理"), ("late", "已逾期"), ("held", "监督制止")]


def steps_of_season(request: Any) -> QuerySet:
    return Step.objects.of_season(frame_part(request, "current_season")).order_by("order", "pk")


def batches_of_season(request: Any) -> QuerySet:
    return Batch.objects.of_season(frame_part(request, "current_season")).order_by("order", "pk")


class RunTable(tables.Table):
    number = tables.Column(
        verbose_name="编号", linkify=lambda record: reverse("steps:run", args=[record.pk]), order_by=("pk",)
    )
    title = tables.Column(verbose_name="办理事项", orderable=False)
    step = tables.Column(verbose_name="环节", order_by=("step__order", "pk"))
    batch = tables.Column(verbose_name="批次", orderable=False)
    executor = tables.Column(verbose_name="执行", accessor="executor__name", orderable=False)
    reviewer = tables.Column(verbose_name="复核", accessor="reviewer__name", orderable=False)
    supervisor = tables.Column(verbose_name="监督", accessor="supervisor__name", orderable=False)
    clock = DeadlineColumn(verbose_name="完成期限", order_by="due_at")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = StepRun
        fields = ("number", "title", "step", "batch", "executor", "reviewer", "supervisor", "clock", "status")
        attrs = {"class": "table-wide"}

    def render_status(self, record: StepRun) -> str:
        status = chip(RunStatus(record.status))
        return format_html("{} {}", status, chip("监督制止", "danger")) if record.held_at else status

    def value_status(self, record: StepRun) -> str:
        return record.get_status_display() + ("（监督制止）" if record.held_at else "")


class RunFilter(filters.FilterSet):
    q = SearchFilter(label="编号、办理事项", method="saying")
    whose = filters.ChoiceFilter(label="查看", choices=WHOSE, method="being", empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=RunStatus.choices, empty_label="全部")
    stage = filters.ChoiceFilter(label="类别", field_name="step__stage", choices=StepStage.choices, empty_label="全部")
    step = filters.ModelChoiceFilter(label="环节", queryset=steps_of_season, empty_label="全部")
    batch = filters.ModelChoiceFilter(label="批次", queryset=batches_of_season, empty_label="全部")

    class Meta:
        model = StepRun
        fields = ("q", "whose", "status", "stage", "step", "batch")

    def saying(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(number__contains=value) | Q(title__contains=value))

    def being(self, rows: Any, name: str, value: str) -> QuerySet:
        if value == "mine":
            return rows.filter(pk__in=waiting_for(self.request.user).order_by().values("pk"))
        return rows.overdue() if value == "late" else rows.filter(held_at__isnull=False)
