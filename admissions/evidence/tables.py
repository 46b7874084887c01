from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.text import Truncator

from admissions.core.clock import minute_text
from admissions.core.forms import SearchFilter
from admissions.core.importing.kinds import KINDS, Verdict
from admissions.core.templatetags.ui import chip

from .enums import ImportStatus
from .models import ImportBatch, ImportRow


class ImportTable(tables.Table):
    file = tables.Column(verbose_name="文件", linkify=lambda record: reverse("evidence:import", args=[record.pk]))
    kind = tables.Column(verbose_name="种类")
    status = tables.Column(verbose_name="状态")
    totals = tables.Column(verbose_name="预检结果", orderable=False, empty_values=())
    uploaded_by = tables.Column(verbose_name="上传人")
    uploaded_at = tables.Column(verbose_name="上传时间")
    confirmed_by = tables.Column(verbose_name="确认人", default="—")

    class Meta:
        model = ImportBatch
        fields = ("file", "kind", "status", "totals", "uploaded_by", "uploaded_at", "confirmed_by")

    def render_kind(self, value: str) -> str:
        return KINDS[value].label if value in KINDS else value

    def render_status(self, record: ImportBatch) -> str:
        return chip(ImportStatus(record.status))

    def render_totals(self, record: ImportBatch) -> str:
        return Truncator(record.problem).chars(60) or totals_text(record.totals)

    def render_uploaded_at(self, value: Any) -> str:
        return minute_text(value)


def totals_text(totals: dict[str, int]) -> str:
    return "，".join(f"{Verdict(key).label} {count}" for key, count in totals.items() if count) or "—"


class ImportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="种类", empty_label="全部")
    status = django_filters.ChoiceFilter(label="状态", choices=ImportStatus.choices, empty_label="全部")
    name = SearchFilter(label="文件名", field_name="file__name", lookup_expr="contains")

    class Meta:
        model = ImportBatch
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in KINDS.values()]


class RowTable(tables.Table):
    line = tables.Column(verbose_name="行")
    verdict = tables.Column(verbose_name="结论")
    label = tables.Column(verbose_name="内容", default="—")
    column = tables.Column(verbose_name="列", default="—")
    value = tables.Column(verbose_name="值", default="—")
    reason = tables.Column(verbose_name="原因", default="—")
    changes = tables.Column(verbose_name="变化", orderable=False, default="—", empty_values=(None, "", []))

    class Meta:
        model = ImportRow
        fields = ("line", "verdict", "label", "column", "value", "reason", "changes")

    def render_line(self, value: int) -> str:
        return f"第{value}行"

    def render_verdict(self, record: ImportRow) -> str:
        return chip(Verdict(record.verdict))

    def value_verdict(self, record: ImportRow) -> str:
        return record.get_verdict_display()

    def render_changes(self, value: list[str]) -> str:
        return format_html_join("；", "{}", ((change,) for change in value))

    def value_changes(self, value: list[str]) -> str:
        return "；".join(value)


class RowFilter(django_filters.FilterSet):
    verdict = django_filters.ChoiceFilter(label="结论", choices=Verdict.choices, empty_label="全部")
    q = SearchFilter(label="内容", field_name="label", lookup_expr="contains")

    class Meta:
        model = ImportRow
        fields: list[str] = []
