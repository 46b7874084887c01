"""Lists of opinions and flags."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse

from admissions.core.forms import SearchFilter
from admissions.core.tables import ChipColumn, DeadlineColumn, MinuteColumn
from workgroups.meetings.tables import groups_seen

from .enums import OpinionKind, OpinionStatus
from .models import Flag, Opinion

LATE = [("late", "已逾期")]


class OpinionTable(tables.Table):
    number = tables.Column(
        verbose_name="编号", linkify=lambda record: reverse("opinions:one", args=[record.pk]), order_by=("pk",)
    )
    kind = tables.Column(verbose_name="种类")
    title = tables.Column(verbose_name="标题", orderable=False)
    group = tables.Column(verbose_name="被监督工作组", order_by=("group__order",))
    issued_at = MinuteColumn(verbose_name="签发时间")
    clock = DeadlineColumn(verbose_name="答复期限", order_by="due_at")
    occurrence = tables.Column(verbose_name="次数")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = Opinion
        fields = ("number", "kind", "title", "group", "issued_at", "clock", "occurrence", "status")
        attrs = {"class": "table-wide"}

    def render_occurrence(self, value: int) -> str:
        return f"第{value}次" if value > 1 else "—"


class OpinionFilter(filters.FilterSet):
    q = SearchFilter(label="编号、标题", method="saying")
    kind = filters.ChoiceFilter(label="种类", choices=OpinionKind.choices, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=OpinionStatus.choices, empty_label="全部")
    late = filters.ChoiceFilter(label="答复", choices=LATE, method="being_late", empty_label="全部")
    group = filters.ModelChoiceFilter(label="工作组", queryset=groups_seen, empty_label="全部")

    class Meta:
        model = Opinion
        fields = ("q", "kind", "status", "late", "group")

    def saying(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(number__contains=value) | Q(title__contains=value))

    def being_late(self, rows: Any, name: str, value: str) -> QuerySet:
        return rows.overdue()


class FlagTable(tables.Table):
    sentence = tables.Column(
        verbose_name="留痕", linkify=lambda record: reverse("opinions:flag", args=[record.pk]), orderable=False
    )
    happened_at = MinuteColumn(verbose_name="发生时间")
    note = tables.Column(verbose_name="问题", orderable=False)
    flagged_by_name = tables.Column(verbose_name="标记人", orderable=False)
    outcome = tables.Column(verbose_name="结果", empty_values=(), orderable=False)

    class Meta:
        model = Flag
        fields = ("sentence", "happened_at", "note", "flagged_by_name", "outcome")

    def render_outcome(self, record: Flag) -> str:
        return outcome_text(record)


def outcome_text(flag: Flag) -> str:
    if flag.opinion is not None:
        return f"已发{flag.opinion.number}"
    return "已了结" if flag.settled_at else "待处理"
