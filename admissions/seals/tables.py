"""Lists of seals, witnesses and exports."""

import django_tables2 as tables
from django.urls import reverse

from admissions.core.clock import minute_text
from admissions.core.tables import ChipColumn, NumberColumn
from admissions.core.templatetags.ui import chip

from .models import Seal, VerificationExport, Witness


class SealTable(tables.Table):
    number = tables.Column(
        verbose_name="印记号", linkify=lambda record: reverse("seals:one", args=[record.pk]), orderable=False
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
