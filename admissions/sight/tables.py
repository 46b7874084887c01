from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse

from admissions.core.forms import SearchFilter
from admissions.core.tables import ChipColumn, MinuteColumn

from . import kinds
from .enums import SightState
from .models import Sight


class SightFilter(filters.FilterSet):
    q = SearchFilter(label="查阅人、记录", method="naming")
    kind = filters.ChoiceFilter(label="记录类别", choices=[], method="of_this_kind", empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=SightState.choices, method="in_state", empty_label="全部")

    class Meta:
        model = Sight
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Known when the house is closed, which is after this module has been loaded.
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in kinds.kinds()]

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        text = text.strip()
        return rows.filter(Q(person_name__contains=text) | Q(record_label__contains=text))

    def of_this_kind(self, rows: Any, name: str, code: str) -> QuerySet:
        return rows.of_kind(kinds.kind_called(code))

    def in_state(self, rows: Any, name: str, state: str) -> QuerySet:
        if state == SightState.LIVE:
            return rows.live()
        return rows.over().filter(withdrawn_at__isnull=state == SightState.ENDED)


class SightTable(tables.Table):
    record_label = tables.Column(
        verbose_name="查阅的记录", orderable=False, linkify=lambda record: reverse("sight:one", args=[record.pk])
    )
    person_name = tables.Column(verbose_name="查阅人", order_by=("person__name_sort", "id"))
    purpose = tables.Column(verbose_name="用途", orderable=False)
    given_by_name = tables.Column(verbose_name="授权人", orderable=False)
    ends_at = MinuteColumn(verbose_name="截止时间", order_by=("period__endswith", "id"))
    state = ChipColumn(verbose_name="状态", orderable=False)

    class Meta:
        model = Sight
        fields = ("record_label", "person_name", "purpose", "given_by_name", "ends_at", "state")
