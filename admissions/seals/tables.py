"""Lists of seals, witnesses and exports."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from admissions.core.clock import minute_text
from admissions.core.tables import ChipColumn, MinuteColumn, NumberColumn
from admissions.core.templatetags.ui import chip
from admissions.seasons.models import Season

from .models import Seal, VerificationExport, Witness


class SealTable(tables.Table):
    number = tables.Column(
        verbose_name="印记号", linkify=lambda record: reverse("seals:seal", args=[record.pk]), orderable=False
    )
    at = tables.Column(verbose_name="时间", orderable=False)
    size = NumberColumn(verbose_name="叶数", orderable=False)
    cause = tables.Column(verbose_name="起因", orderable=False)
    state = tables.Column(verbose_name="状态", empty_values=(), orderable=False)

    class Meta:
        model = Seal
        fields = ("number", "at", "size", "cause", "state")

    def render_at(self, value: object) -> str:
        return minute_text(value)

    def render_state(self, record: Seal) -> str:
        return chip(record.state)

    def value_state(self, record: Seal) -> str:
        return record.state.label


class WitnessTable(tables.Table):
    name = tables.Column(
        verbose_name="名称", linkify=lambda record: reverse("seals:witness", args=[record.pk]), orderable=False
    )
    holder_name = tables.Column(verbose_name="保管人", orderable=False)
    last_signed = tables.Column(verbose_name="最近见证", empty_values=(), orderable=False)
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = Witness
        fields = ("name", "holder_name", "last_signed", "status")

    def render_last_signed(self, record: Witness) -> str:
        return minute_text(record.last_signed_at) if record.last_signed_at else "还没有"


class ExportTable(tables.Table):
    requested_at = tables.Column(
        verbose_name="申请时间", linkify=lambda record: reverse("seals:export", args=[record.pk]), orderable=False
    )
    seal = tables.Column(verbose_name="截至", orderable=False)
    requested_by_name = tables.Column(verbose_name="申请人", orderable=False)
    purpose = tables.Column(verbose_name="用途", orderable=False)
    ready_at = tables.Column(verbose_name="生成时间", empty_values=(), orderable=False)

    class Meta:
        model = VerificationExport
        fields = ("requested_at", "seal", "requested_by_name", "purpose", "ready_at")

    def render_requested_at(self, value: object) -> str:
        return minute_text(value)

    def render_ready_at(self, record: VerificationExport) -> str:
        return minute_text(record.ready_at) if record.is_ready else "生成中"


class ArchiveTable(tables.Table):
    """Closed seasons; those put away lead to their pack."""

    name = tables.Column(
        verbose_name="录取季",
        linkify=lambda record: (
            reverse("seals:archive", args=[record.archive.pk])
            if hasattr(record, "archive")
            else reverse("seasons:detail", args=[record.pk])
        ),
        orderable=False,
    )
    closed_at = MinuteColumn(verbose_name="结束时间", orderable=False)
    number = tables.Column(verbose_name="档号", accessor="archive__number", default="还没有归档", orderable=False)
    archived_at = MinuteColumn(verbose_name="归档时间", accessor="archive__archived_at", orderable=False)
    act = tables.Column(verbose_name="办理", empty_values=(), orderable=False)

    class Meta:
        model = Season
        fields = ("name", "closed_at", "number", "archived_at", "act")

    def render_act(self, record: Season) -> str:
        if hasattr(record, "archive"):
            return "已归档，只读"
        return format_html('<a href="{}">归档</a>', reverse("seals:archive-season", args=[record.pk]))

    def value_act(self, record: Season) -> str:
        return "已归档，只读" if hasattr(record, "archive") else "还没有归档"
