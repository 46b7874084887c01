from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from admissions.core.forms import SearchFilter
from admissions.core.text import as_code

from .enums import Level, ListStatus
from .lookup import school_named
from .models import Institution
from .selectors import provinces


class InstitutionFilter(filters.FilterSet):
    q = SearchFilter(label="名称、标识码、主管部门", method="naming")
    province = filters.ChoiceFilter(label="省份", empty_label="全部")
    level = filters.ChoiceFilter(label="办学层次", choices=Level.choices, empty_label="全部")
    status = filters.ChoiceFilter(label="名单状态", choices=ListStatus.choices, empty_label="全部")

    class Meta:
        model = Institution
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["province"].extra["choices"] = provinces(self.queryset)

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(
            school_named(text) | Q(code__startswith=as_code(text)) | Q(authority__contains=as_code(text))
        )
