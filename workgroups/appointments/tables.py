from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from admissions.accounts.lookup import PersonFilter
from admissions.core.clock import date_text
from admissions.core.forms import SearchFilter
from admissions.core.tables import ChipColumn
from admissions.core.templatetags.ui import chip
from workgroups.groups.models import WorkGroup

from .enums import AppointmentStatus
from .ground import still_hold
from .models import Appointment


def period_text(period: Any) -> str:
    """`2026年7月1日 至 2026年8月31日`; an open end says so."""
    if period.isempty:
        return "未曾生效"
    upper = date_text(timezone.localdate(period.upper)) if period.upper else "录取季结束"
    return f"{date_text(timezone.localdate(period.lower))} 至 {upper}"


class StandingColumn(ChipColumn):
    """The status; beside “在岗” whether the holder may act at this instant."""

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        shown = super().render(value, record, bound_column)
        ground = getattr(bound_column._table, "grounds", {}).get(record.pk)
        return shown if ground is None or ground.ok else format_html("{} {}", shown, chip("上岗条件不全", "danger"))


class AppointmentTable(tables.Table):
    person = tables.Column(
        verbose_name="姓名",
        order_by=("person__name_sort", "id"),
        accessor="person__name",
        linkify=lambda record: reverse("appointments:one", args=[record.pk]),
    )
    group = tables.Column(verbose_name="工作组", accessor="post__group__name", order_by=("post__group__order", "id"))
    post = tables.Column(verbose_name="岗位", accessor="post__name", order_by=("post__order", "id"))
    kind = tables.Column(verbose_name="任职类型")
    status = StandingColumn(verbose_name="状态")
    period = tables.Column(verbose_name="期间")
    basis = tables.Column(verbose_name="依据", default="—")

    class Meta:
        model = Appointment
        fields = ("person", "group", "post", "kind", "status", "period", "basis")

    def before_render(self, request: Any) -> None:
        """What is asked of the people on duty of this page, all at once."""
        rows = [row.record for row in self.paginated_rows]
        self.grounds = still_hold(row for row in rows if row.status == AppointmentStatus.ON_DUTY)

    def render_period(self, value: Any) -> str:
        return period_text(value)


def visible_groups(request: Any) -> Any:
    return WorkGroup.objects.visible_to(request.user).standing()


class AppointmentFilter(django_filters.FilterSet):
    q = PersonFilter(field_name="person")
    group = django_filters.ModelChoiceFilter(
        label="工作组", field_name="post__group", queryset=visible_groups, empty_label="全部"
    )
    post = SearchFilter(label="岗位", field_name="post__name", lookup_expr="contains")
    status = django_filters.ChoiceFilter(label="状态", choices=AppointmentStatus.choices, empty_label="全部")

    class Meta:
        model = Appointment
        fields: list[str] = []
