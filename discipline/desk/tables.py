import django_filters as filters
import django_tables2 as tables

from admissions.core.forms import SearchFilter
from admissions.core.tables import ChipColumn, MinuteColumn, NumberColumn

from .enums import Indicator
from .models import AccessReview, Dismissal


class DismissalTable(tables.Table):
    indicator = tables.Column(verbose_name="指标", orderable=False)
    sentence = tables.Column(verbose_name="内容", orderable=False)
    reason = tables.Column(verbose_name="理由", orderable=False)
    dismissed_by_name = tables.Column(verbose_name="办理人", orderable=False)
    dismissed_at = MinuteColumn(verbose_name="办理时间")

    class Meta:
        model = Dismissal
        fields = ("indicator", "sentence", "reason", "dismissed_by_name", "dismissed_at")


class DismissalFilter(filters.FilterSet):
    q = SearchFilter(label="内容", field_name="sentence", lookup_expr="contains")
    indicator = filters.ChoiceFilter(label="指标", choices=Indicator.choices, empty_label="全部")

    class Meta:
        model = Dismissal
        fields = ("q", "indicator")


class ReviewTable(tables.Table):
    month = tables.Column(verbose_name="月份", orderable=False)
    reader_name = tables.Column(verbose_name="查阅人", orderable=False)
    reads = NumberColumn(verbose_name="查阅", orderable=False)
    exports = NumberColumn(verbose_name="导出", orderable=False)
    finding = ChipColumn(verbose_name="结论")
    note = tables.Column(verbose_name="说明", orderable=False)
    reviewer_name = tables.Column(verbose_name="复核人", orderable=False)

    class Meta:
        model = AccessReview
        fields = ("month", "reader_name", "reads", "exports", "finding", "note", "reviewer_name")

    def render_month(self, value: object) -> str:
        return f"{value.year}年{value.month}月"
