import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core.tables import ChipColumn, DeadlineColumn, MinuteColumn, NumberColumn

from .enums import UNREVIEWED
from .models import BreakGlassAccess


class BreakGlassTable(tables.Table):
    person = tables.Column(verbose_name="申请人", order_by=("person__name_sort", "id"))
    scope_text = tables.Column(verbose_name="范围", orderable=False)
    purpose = tables.Column(verbose_name="查阅什么", orderable=False)
    minutes = NumberColumn(verbose_name="时长（分钟）")
    requested_at = MinuteColumn(verbose_name="申请时间")
    state = ChipColumn(verbose_name="状态", orderable=False)
    review_due_at = DeadlineColumn(verbose_name="复核时限", orderable=False, empty_values=())

    class Meta:
        model = BreakGlassAccess
        fields = ("person", "scope_text", "purpose", "minutes", "requested_at", "state", "review_due_at")

    def render_person(self, record: BreakGlassAccess) -> SafeString:
        url = reverse("accounts:break-glass-access", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.person.name)

    def value_person(self, record: BreakGlassAccess) -> str:
        return record.person.name

    def render_review_due_at(self, record: BreakGlassAccess, column: DeadlineColumn) -> str:
        due = record.review_due_at
        return DeadlineColumn.render(column, due) if due and record.status in UNREVIEWED else "—"

    def value_review_due_at(self, record: BreakGlassAccess) -> str:
        return record.review_due_at.isoformat(timespec="minutes") if record.review_due_at else ""
