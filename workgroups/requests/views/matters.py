"""应报事项清单, and the letters of the groups."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage
from admissions.seasons.pages import OfSeasonPage

from .. import rules
from ..duty_triggers import trigger_label
from ..forms import CodeForm, ReportableForm
from ..models import LetterCode, ReportableMatter
from ..selectors import codes_of
from ..services import matters
from ..tables import CodeTable, ReportableFilter, ReportableTable

LIST = ("应报事项清单", "requests:reportables")


class ReportableListPage(ListPage):
    model = ReportableMatter
    table_class = ReportableTable
    filterset_class = ReportableFilter
    page_title = LIST[0]
    above = (("应报事项", "requests:report-duties"),)
    page_intro = "哪些事必须请示、报告，报给谁，什么时候报。"
    unit = "项"
    export_name = "应报事项清单"
    empty_title = "清单还是空的"
    empty_text = "由制度管理员登记须请示、报告的事项、时限和触发事件。"

    def page_actions(self) -> list[PageAction]:
        may = rules.can_keep_reportables(self.request.user)
        return [PageAction("登记事项", reverse("requests:reportable-add"), may, "plus", "primary")] if may.ok else []


class ReportablePage(DetailPage):
    model = ReportableMatter
    above = (LIST,)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("clause__source")

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("事项编号", row.code),
            ("文种", row.get_kind_display()),
            ("主送机构", row.get_body_display()),
            ("报送责任", row.get_owner_display() if row.owner else "事项发生的工作组"),
            ("触发事件", trigger_label(row.trigger) if row.trigger else "人工登记"),
            ("时点", row.get_timing_display()),
            ("报送时限", f"{row.hours}小时"),
            ("批复时限", f"{row.reply_hours}小时" if row.reply_hours else "不需批复"),
            ("续报", f"每{row.chain_hours}小时，直到终报" if row.is_chain else "不需续报"),
            ("紧急程度", row.get_urgency_display()),
            ("自何时起", minute_text(row.since)),
            ("使用情况", "已停用" if row.is_retired else "在用"),
        ]

    def clauses(self) -> list[Any]:
        return [self.object.clause] if self.object.clause else []

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        if not rules.can_keep_reportables(user).ok:
            return []
        may = rules.can_keep_reportable(user, row)
        return [
            PageAction("修改事项", reverse("requests:reportable-change", args=[row.pk]), may, "edit", "primary"),
            PageAction("停用事项", reverse("requests:reportable-retire", args=[row.pk]), may, "ban", "danger"),
        ]


def fields_of(form: forms.Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name in matters.FIELDS}


class ReportableAddPage(FormPage):
    command = matters.add_reportable
    form_class = ReportableForm
    page_title = "登记应报事项"
    submit_label = "登记"
    above = (LIST,)

    def may_open(self) -> Decision:
        return rules.can_keep_reportables(self.request.user)

    def consequences(self) -> list[str]:
        return ["登记之后发生的事件才产生应报义务，以前的不追溯。"]

    def run(self, form: forms.Form) -> ReportableMatter:
        reason = form.cleaned_data["reason"]
        return matters.add_reportable(actor=self.request.user, reason=reason, fields=fields_of(form))


class OfReportable(ActPage):
    model = ReportableMatter
    argument = "matter"
    rule = rules.can_keep_reportable


class ReportableChangePage(OfReportable):
    form_class = ReportableForm
    verb, submit_label = "修改应报事项", "保存"
    command = matters.change_reportable

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in matters.FIELDS}

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"fields": fields_of(form)}

    def consequences(self) -> list[str]:
        return ["已产生的应报义务和已报送的公文仍按原来的时限。"]


class ReportableRetirePage(OfReportable):
    form_class = ReasonForm
    verb, submit_label, submit_style = "停用应报事项", "停用", "danger"
    command = matters.retire_reportable

    def consequences(self) -> list[str]:
        return ["不再产生新的应报义务，已有的继续办理。", "停用后不能恢复，需要时重新登记。"]


class CodeListPage(OfSeasonPage, ListPage):
    model = LetterCode
    table_class = CodeTable
    page_title = "机关代字"
    above = (("请示报告", "requests:list"),)
    page_intro = "请示和报告签发时按“机关代字〔年〕号”连续编号。"
    unit = "个"
    export_name = "机关代字"
    empty_title = "还没有登记机关代字"
    empty_text = "由行政秘书为每个工作组登记；没有机关代字的工作组不能签发。"

    def get_queryset(self) -> QuerySet:
        return codes_of(self.request.user, self.season)

    def page_actions(self) -> list[PageAction]:
        may = rules.can_keep_codes(self.request.user, self.season)
        new = PageAction("登记机关代字", reverse("requests:letter-code-set"), may, "plus", "primary")
        return [new] if may.ok else []


class CodeSetPage(OfSeasonPage, FormPage):
    command = matters.set_letter_code
    form_class = CodeForm
    page_title = "登记机关代字"
    submit_label = "登记"
    above = (("机关代字", "requests:letter-codes"),)

    def may_open_in_season(self) -> Decision:
        return rules.can_keep_codes(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season}

    def consequences(self) -> list[str]:
        return ["以后签发的公文用新的代字，序号接着编；已编的字号不变。"]

    def run(self, form: forms.Form) -> LetterCode:
        return matters.set_letter_code(actor=self.request.user, **form.cleaned_data)
