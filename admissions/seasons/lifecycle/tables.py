import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core.tables import ChipColumn, MinuteColumn, NumberColumn

from .models import Season


class SeasonTable(tables.Table):
    name = tables.Column(verbose_name="名称")
    year = NumberColumn(verbose_name="年份")
    status = ChipColumn(verbose_name="状态", empty_values=())
    batch_count = NumberColumn(verbose_name="批次")
    cloned_from = tables.Column(verbose_name="复制自", orderable=False, default="—")
    basis = tables.Column(verbose_name="开启依据", orderable=False, default="—")
    opened_at = MinuteColumn(verbose_name="开启时间", default="—")

    class Meta:
        model = Season
        fields = ("name", "year", "status", "batch_count", "cloned_from", "basis", "opened_at")

    def render_name(self, record: Season) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("seasons:one", args=[record.pk]), record.name)

    def value_name(self, record: Season) -> str:
        return record.name

    def render_status(self, value: str, record: Season, bound_column: tables.columns.BoundColumn) -> str:
        return "模板" if record.is_template else self.columns["status"].column.render(value, record, bound_column)

    def value_status(self, record: Season) -> str:
        return "模板" if record.is_template else record.get_status_display()
