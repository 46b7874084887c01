from functools import reduce
from operator import or_
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from admissions.core.forms import SearchFilter
from admissions.core.tables import LATENESS, DayColumn
from admissions.core.templatetags.ui import chip, deadline

from .enums import STILL_TO_DO, FollowUpState
from .ladder import end_of
from .models import FollowUp
from .origins import kind_called, kinds

ORIGIN_LENGTH = 36
PARTS = [("assignee", "我负责的"), ("acceptor", "我验收的")]
SEARCHED = ("what", "origin_title", "origin_number", "assignee__name", "acceptor__name")


class DueColumn(DayColumn):
    """The day, and the clock left until its end while the task is still to be done."""

    def render(self, value: Any, record: FollowUp) -> str:
        day = super().render(value)
        if not record.is_to_do:
            return day
        return format_html("{}<div>{}</div>", day, deadline(end_of(value)))


class FollowUpTable(tables.Table):
    """Rows of `follow_ups_of`."""

    what = tables.Column(verbose_name="任务", linkify=lambda record: reverse("followups:one", args=[record.pk]))
    source = tables.Column(verbose_name="来源", order_by="origin_type")
    origin = tables.Column(verbose_name="出自", accessor="origin_text", order_by=("origin_number", "origin_title"))
    assignee = tables.Column(verbose_name="责任人", accessor="assignee__name")
    acceptor = tables.Column(verbose_name="验收人", accessor="acceptor__name")
    due_on = DueColumn(verbose_name="完成时限")
    state = tables.Column(verbose_name="状态")

    class Meta:
        model = FollowUp
        fields = ("what", "source", "origin", "assignee", "acceptor", "due_on", "state")
        attrs = {"class": "table-wide"}

    def render_origin(self, value: str) -> str:
        if len(value) <= ORIGIN_LENGTH:
            return value
        return format_html('<span title="{}">{}…</span>', value, value[:ORIGIN_LENGTH])

    def value_origin(self, value: str) -> str:
        return value

    def render_state(self, record: FollowUp) -> str:
        """A task whose origin nobody has confirmed says so."""
        return format_html("{} {}", chip(record.standing), chip(record.unsettled_word, "warning"))

    def value_state(self, record: FollowUp) -> str:
        waits = f"（{record.unsettled_word}）" if record.unsettled_word else ""
        return f"{record.standing.label}{waits}"


class FollowUpFilter(filters.FilterSet):
    q = SearchFilter(label="任务、来源、人员", method="saying")
    source = filters.ChoiceFilter(label="来源", method="coming_from", empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=FollowUpState.choices, field_name="state", empty_label="全部")
    part = filters.ChoiceFilter(label="我的", choices=PARTS, method="being_mine", empty_label="全部")
    late = filters.ChoiceFilter(label="时限", choices=LATENESS, method="being_late", empty_label="全部")

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["source"].extra["choices"] = [(kind.code, kind.label) for kind in kinds()]

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(reduce(or_, (Q(**{f"{column}__contains": text}) for column in SEARCHED)))

    def coming_from(self, rows: QuerySet, name: str, source: str) -> QuerySet:
        return rows.of_kind(kind_called(source))

    def being_mine(self, rows: QuerySet, name: str, part: str) -> QuerySet:
        return rows.filter(**{part: self.request.user})

    def being_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        today = timezone.localdate()
        term = Q(due_on__lt=today) if choice == "late" else Q(due_on__gte=today)
        return rows.filter(term, state__in=STILL_TO_DO)
