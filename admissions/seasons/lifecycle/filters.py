import django_filters as filters

from admissions.core.forms import SearchFilter

from .enums import SeasonStatus
from .models import Season


class SeasonFilter(filters.FilterSet):
    q = SearchFilter(label="名称", field_name="name", lookup_expr="contains")
    year = filters.NumberFilter(label="年份")
    status = filters.ChoiceFilter(label="状态", choices=SeasonStatus.choices, empty_label="全部")
    is_template = filters.ChoiceFilter(
        label="类别", choices=[("False", "录取季"), ("True", "模板")], empty_label="全部"
    )

    class Meta:
        model = Season
        fields: list[str] = []
