"""The list of seasons to put away."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from admissions.core.tables import MinuteColumn
from admissions.seasons.models import Season


class ArchiveTable(tables.Table):
    """Closed seasons; those put away lead to their pack."""

    name = tables.Column(
        verbose_name="录取季",
        linkify=lambda record: (
            reverse("archive:one", args=[record.archive.pk])
            if hasattr(record, "archive")
            else reverse("seasons:one", args=[record.pk])
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
        return format_html('<a href="{}">归档</a>', reverse("archive:put-away", args=[record.pk]))

    def value_act(self, record: Season) -> str:
        return "已归档，只读" if hasattr(record, "archive") else "还没有归档"
