"""Pages of the rulebook: clauses with their versions, sources, deadline policies. Everybody reads, rule editors edit."""

from typing import Any

from django import forms
from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage

from . import rules, services
from .enums import Verification
from .filters import ClauseFilter, SourceFilter
from .forms import ClauseForm, InstantForm, RepealForm, ReviseForm, SourceForm, VerifyForm
from .models import Clause, ClauseVersion, DeadlinePolicy, RuleSource
from .selectors import history_of
from .tables import ClauseTable, PolicyTable, SourceTable

TO_CLAUSES = ("制度库", "rulebook:clauses")
TABS = (("条款", "rulebook:clauses"), ("来源", "rulebook:sources"), ("期限", "rulebook:policies"))


def with_current(clauses: Any) -> Any:
    """Clauses with text and verification of the version in force now."""
    current = ClauseVersion.objects.in_force().filter(clause=OuterRef("pk"))
    return clauses.select_related("source").annotate(
        current_text=Subquery(current.values("text")[:1]),
        current_verification=Subquery(current.values("verification")[:1]),
    )


class OfRulebookList(ListPage):
    """The three lists of the rulebook lead to each other."""

    url_name = ""
    add_label, add_url_name = "", ""

    template_name = "rulebook/list.html"

    def tabs(self) -> list[dict[str, Any]]:
        return [{"label": label, "url": reverse(name), "is_current": name == self.url_name} for label, name in TABS]

    def page_actions(self) -> list[PageAction]:
        may = rules.can_edit_rules(self.request.user)
        return [PageAction(self.add_label, reverse(self.add_url_name), may, "plus", "primary")] if may else []

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tabs": self.tabs(), "tabs_label": "制度库"}


class ClauseListPage(OfRulebookList):
    model = Clause
    table_class = ClauseTable
    filterset_class = ClauseFilter
    url_name = "rulebook:clauses"
    add_label, add_url_name = "登记条款", "rulebook:clause-add"
    page_title = "制度库"
    page_intro = "条款用自己的话转述，注明文件、条号和核实状态；“未核实”的不作为事实引用。"
    unit = "条"
    export_name = "制度条款"
    empty_title = "还没有条款"
    empty_text = "由制度管理员登记来源和条款。"

    def get_queryset(self) -> Any:
        return with_current(super().get_queryset())


class SourceListPage(OfRulebookList):
    model = RuleSource
    table_class = SourceTable
    filterset_class = SourceFilter
    url_name = "rulebook:sources"
    above = (TO_CLAUSES,)
    add_label, add_url_name = "登记来源", "rulebook:source-add"
    page_title = "制度来源"
    unit = "份"
    export_name = "制度来源"
    empty_title = "还没有制度来源"
    empty_text = "条款都出自登记的文件；由制度管理员登记。"

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(clause_count=Count("clauses"))


class PolicyListPage(OfRulebookList):
    model = DeadlinePolicy
    table_class = PolicyTable
    url_name = "rulebook:policies"
    above = (TO_CLAUSES,)
    page_title = "期限规则"
    page_intro = "期限推算和各类时钟按这里的规则计算；工作日以工作日历为准。"
    unit = "条"
    export_name = "期限规则"
    empty_title = "还没有期限规则"
    empty_text = "随制度库的初始数据载入。"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("clause__source")

    def page_actions(self) -> list[PageAction]:
        return [PageAction("推算期限", reverse("seasons:deadline"), icon="calculator")]


class ClausePage(DetailPage):
    """One clause: what it says now or at an instant, all versions with their differences."""

    model = Clause
    template_name = "rulebook/clause.html"
    above = (TO_CLAUSES,)

    def way(self) -> list[tuple[str, str]]:
        return [*super().way(), (str(self.object.source), self.object.source.get_absolute_url())]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("source")

    def prepare(self) -> None:
        super().prepare()
        self.instant = InstantForm(self.request.GET or None)
        self.asked_at = self.instant.cleaned_data["at"] if self.instant.is_valid() else None
        self.versions = history_of(self.object)
        at = self.asked_at or timezone.now()
        self.shown = next((version for version, _ in self.versions if at in version.period), None)

    def get_title(self) -> str:
        return str(self.object)

    def status(self) -> Any:
        return Verification(self.shown.verification) if self.shown else "此刻没有施行"

    def needs(self) -> str:
        unread = self.shown and self.shown.verification in (Verification.UNVERIFIED, Verification.SECONDARY)
        return "对照正文核实；在此之前不得作为事实引用。" if unread else ""

    def facts(self) -> list[tuple[str, Any]]:
        clause = self.object
        return [
            ("来源", f"{clause.source} {clause.source.document_number}".strip()),
            ("条号", clause.number),
            ("类别", clause.get_category_display()),
            ("责任主体", clause.applies_to),
            ("核验方式", clause.get_checkability_display()),
            ("条款编号", clause.code),
        ]

    def actions(self) -> list[PageAction]:
        user, clause = self.request.user, self.object
        may = rules.can_edit_rules(user)
        if not may:
            return []
        found = [
            PageAction("修订", reverse("rulebook:clause-revise", args=[clause.pk]), may, "edit", "primary"),
            PageAction("废止", reverse("rulebook:clause-repeal", args=[clause.pk]), may, "ban", "danger"),
        ]
        if self.shown:
            url = reverse("rulebook:version-verify", args=[self.shown.pk])
            found.insert(1, PageAction("核实", url, rules.can_verify_version(user, self.shown), "check"))
        return found

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "shown": self.shown,
            "asked_at": self.asked_at,
            "instant": self.instant,
            "versions": self.versions,
        }


class SourcePage(DetailPage):
    model = RuleSource
    template_name = "rulebook/source.html"
    above = (TO_CLAUSES, ("来源", "rulebook:sources"))

    def facts(self) -> list[tuple[str, Any]]:
        source = self.object
        return [
            ("种类", source.get_kind_display()),
            ("制定机关", source.issuer),
            ("文号", source.document_number),
            ("公布时间", source.issued),
            ("出处说明", source.reference),
        ]

    def context(self) -> dict[str, Any]:
        rows = with_current(self.object.clauses.all())
        return {
            **super().context(),
            "rows": [(row, Verification(row.current_verification) if row.current_verification else "") for row in rows],
        }


class RulebookForm(FormPage):
    """A new record of the rulebook."""

    above = (TO_CLAUSES,)

    def may_open(self) -> Decision:
        return rules.can_edit_rules(self.request.user)


class ClauseAddPage(RulebookForm):
    command = services.add_clause
    form_class = ClauseForm
    page_title = "登记条款"
    submit_label = "登记"

    def run(self, form: forms.Form) -> Clause:
        return services.add_clause(actor=self.request.user, **form.cleaned_data)


class SourceAddPage(RulebookForm):
    command = services.add_source
    form_class = SourceForm
    page_title = "登记制度来源"
    submit_label = "登记"
    above = (TO_CLAUSES, ("来源", "rulebook:sources"))

    def run(self, form: forms.Form) -> RuleSource:
        return services.add_source(actor=self.request.user, **form.cleaned_data)


def may_edit(user: Any, record: Any) -> Decision:
    return rules.can_edit_rules(user)


class OfClause(ActPage):
    model = Clause
    argument = "clause"
    rule = may_edit


class RevisePage(OfClause):
    form_class = ReviseForm
    verb, submit_label = "修订", "保存新版本"
    command = services.revise_clause

    def initial(self) -> dict[str, Any]:
        latest = self.object.versions.order_by("-number").first()
        return {"text": latest.text, "verification": latest.verification} if latest else {}

    def consequences(self) -> list[str]:
        return [
            "新版本自施行日起生效，原版本到那时为止，仍可引用和查阅。",
            "依据本条出的题目须补考，引用本条的承诺书须补签变化的部分。",
        ]


class RepealPage(OfClause):
    form_class = RepealForm
    verb, submit_label, submit_style = "废止", "废止", "danger"
    command = services.repeal_clause

    def consequences(self) -> list[str]:
        return ["废止后不再施行，历次版本仍可查阅。", "仍有期限、题目或承诺书依据本条的，请先改用新的依据。"]


class VerifyPage(ActPage):
    model = ClauseVersion
    form_class = VerifyForm
    argument, verb, submit_label = "version", "核实", "登记核实结果"
    rule, command = rules.can_verify_version, services.verify_version

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("clause__source")

    def consequences(self) -> list[str]:
        return [f"对照的内容：{self.object.text}"]
