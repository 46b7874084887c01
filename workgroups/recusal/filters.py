import django_filters as filters
from django.db.models import QuerySet

from admissions.accounts.lookup import person_named
from admissions.core.forms import SearchFilter

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


class FactFilter(filters.FilterSet):
    q = SearchFilter(label="姓名、拼音、工号", method="naming")
    progress = filters.ChoiceFilter(label="办理进度", choices=PROGRESS, method="at_stage", empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=FactState.choices, empty_label="全部")
    source = filters.ChoiceFilter(label="来源", choices=FactSource.choices, empty_label="全部")
    scope_kind = filters.ChoiceFilter(label="范围", choices=ScopeKind.choices, empty_label="全部")

    class Meta:
        model = RecusalFact
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(person_named(text, "person"))

    def at_stage(self, rows: QuerySet, name: str, stage: str) -> QuerySet:
        if stage == "pending":
            return rows.filter(pending_by__isnull=False)
        open_states = (FactState.SUSPECTED, FactState.DECLARED)
        if stage == "open":
            return rows.filter(state__in=open_states, pending_by__isnull=True)
        return rows.exclude(state__in=open_states)


class DeclarationFilter(filters.FilterSet):
    q = SearchFilter(label="姓名、拼音、工号", method="naming")
    none = filters.ChoiceFilter(label="申报内容", choices=YES_NO, method="being_none", empty_label="全部")

    class Meta:
        model = RecusalDeclaration
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(person_named(text, "person"))

    def being_none(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(is_none=choice == "yes")


class ChallengeFilter(filters.FilterSet):
    q = SearchFilter(label="被申请回避人", method="naming")
    state = filters.ChoiceFilter(label="状态", choices=ChallengeState.choices, empty_label="全部")

    class Meta:
        model = Challenge
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(person_named(text, "subject_person"))


class WithdrawalFilter(filters.FilterSet):
    q = SearchFilter(label="申请人", method="naming")
    open = filters.ChoiceFilter(
        label="办理进度", choices=[("yes", "待裁定"), ("no", "已答复")], method="being_open", empty_label="全部"
    )

    class Meta:
        model = WithdrawalRequest
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(person_named(text, "person"))

    def being_open(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(answered_at__isnull=choice == "yes")


class DiscoveryFilter(filters.FilterSet):
    q = SearchFilter(label="回避人", method="naming")
    state = filters.ChoiceFilter(label="状态", choices=DiscoveryState.choices, empty_label="全部")

    class Meta:
        model = LateDiscovery
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(person_named(text, "fact__person"))
