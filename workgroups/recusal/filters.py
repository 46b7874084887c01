import django_filters as filters
from django.db.models import Q, QuerySet

from .enums import (
    ChallengeState,
    DiscoveryState,
    FactSource,
    FactState,
    ScopeKind,
)
from .models import Challenge, LateDiscovery, RecusalDeclaration, RecusalFact, WithdrawalRequest

PROGRESS = [("open", "待裁定"), ("pending", "待复签"), ("ruled", "已裁定")]
YES_NO = [("yes", "声明无"), ("no", "有申报事项")]


def named(path: str, text: str) -> Q:
    """Name, pinyin or staff number of the person at the path."""
    text = "".join(text.split())
    return (
        Q(**{f"{path}__name__contains": text})
        | Q(**{f"{path}__name_sort__contains": text.lower()})
        | Q(**{f"{path}__staff_number__istartswith": text})
    )


class FactFilter(filters.FilterSet):
    q = filters.CharFilter(label="姓名、拼音、工号", method="naming")
    progress = filters.ChoiceFilter(label="办理进度", choices=PROGRESS, method="at_stage", empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=FactState.choices, empty_label="全部")
    source = filters.ChoiceFilter(label="来源", choices=FactSource.choices, empty_label="全部")
    scope_kind = filters.ChoiceFilter(label="范围", choices=ScopeKind.choices, empty_label="全部")

    class Meta:
        model = RecusalFact
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(named("person", text))

    def at_stage(self, rows: QuerySet, name: str, stage: str) -> QuerySet:
        if stage == "pending":
            return rows.filter(pending_by__isnull=False)
        open_states = (FactState.SUSPECTED, FactState.DECLARED)
        if stage == "open":
            return rows.filter(state__in=open_states, pending_by__isnull=True)
        return rows.exclude(state__in=open_states)


class DeclarationFilter(filters.FilterSet):
    q = filters.CharFilter(label="姓名、拼音、工号", method="naming")
    none = filters.ChoiceFilter(label="申报内容", choices=YES_NO, method="being_none", empty_label="全部")

    class Meta:
        model = RecusalDeclaration
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(named("person", text))

    def being_none(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(is_none=choice == "yes")


class ChallengeFilter(filters.FilterSet):
    q = filters.CharFilter(label="被申请回避人", method="naming")
    state = filters.ChoiceFilter(label="状态", choices=ChallengeState.choices, empty_label="全部")

    class Meta:
        model = Challenge
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(named("subject_person", text))


class WithdrawalFilter(filters.FilterSet):
    q = filters.CharFilter(label="申请人", method="naming")
    open = filters.ChoiceFilter(
        label="办理进度", choices=[("yes", "待裁定"), ("no", "已答复")], method="being_open", empty_label="全部"
    )

    class Meta:
        model = WithdrawalRequest
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(named("person", text))

    def being_open(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(answered_at__isnull=choice == "yes")


class DiscoveryFilter(filters.FilterSet):
    q = filters.CharFilter(label="回避人", method="naming")
    state = filters.ChoiceFilter(label="状态", choices=DiscoveryState.choices, empty_label="全部")

    class Meta:
        model = LateDiscovery
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(named("fact__person", text))
