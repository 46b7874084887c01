from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from admissions.core.forms import SearchFilter

from .enums import ClauseCategory, SourceKind, Verification
from .models import Clause, ClauseVersion, RuleSource

IN_FORCE = [("yes", "现行"), ("no", "已废止或未施行")]


class ClauseFilter(filters.FilterSet):
    """Text, catalogue, source, how far verified, in force; the last two ask the version in force now."""

    q = SearchFilter(label="标题、内容、条号", method="saying")
    category = filters.ChoiceFilter(label="类别", choices=ClauseCategory.choices, empty_label="全部")
    source = filters.ModelChoiceFilter(label="来源", queryset=RuleSource.objects.all(), empty_label="全部")
    verification = filters.ChoiceFilter(
        label="核实状态", choices=Verification.choices, method="verified", empty_label="全部"
    )
    force = filters.ChoiceFilter(label="效力", choices=IN_FORCE, method="being_in_force", empty_label="全部")

    class Meta:
        model = Clause
        fields: list[str] = []

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        text = "".join(text.split())
        return rows.filter(
            Q(title__contains=text)
            | Q(number__contains=text)
            | Q(source__title__contains=text)
            | Exists(ClauseVersion.objects.filter(clause=OuterRef("pk"), text__contains=text))
        )

    def verified(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        return rows.filter(Exists(_current().filter(verification=state)))

    def being_in_force(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        return rows.filter(Exists(_current()) if answer == "yes" else ~Exists(_current()))


def _current() -> Any:
    return ClauseVersion.objects.in_force().filter(clause=OuterRef("pk"))


class SourceFilter(filters.FilterSet):
    q = SearchFilter(label="名称、文号、制定机关", method="naming")
    kind = filters.ChoiceFilter(label="种类", choices=SourceKind.choices, empty_label="全部")

    class Meta:
        model = RuleSource
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        text = "".join(text.split())
        return rows.filter(Q(title__contains=text) | Q(document_number__contains=text) | Q(issuer__contains=text))
