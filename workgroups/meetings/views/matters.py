"""事项清单."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.audit.commands import REGISTRY
from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage

from .. import rules
from ..forms import MatterForm
from ..models import DecisionMatter
from ..services import matters
from ..tables import MatterFilter, MatterTable

LIST = ("集体决策事项清单", "meetings:matters")


class MatterListPage(ListPage):
    model = DecisionMatter
    table_class = MatterTable
    filterset_class = MatterFilter
    page_title = "集体决策事项清单"
    page_intro = "列入清单的事项须由会议集体决定，不得以传阅会签、个别征求意见代替。"
    unit = "项"
    export_name = "集体决策事项清单"
    empty_title = "清单还是空的"
    empty_text = "由制度维护员登记须集体决定的事项、议决方式和前置材料。"

    def page_actions(self) -> list[PageAction]:
        may = rules.can_keep_matters(self.request.user)
        return [PageAction("登记事项", reverse("meetings:matter-add"), may, "plus", "primary")] if may.ok else []


class MatterPage(DetailPage):
    model = DecisionMatter
    above = (LIST,)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("clause__source").prefetch_related("listed_actions")

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("事项编号", row.code),
            ("决策机构", row.get_body_display()),
            ("议决方式", row.get_mode_display()),
            ("法定人数", row.get_quorum_display()),
            ("通过线", f"{row.get_majority_display()}（按{row.get_base_display()}）"),
            ("回避人员", row.get_recusal_counting_display()),
            ("前置材料", "、".join(row.prerequisites) or "无"),
            ("提前通知", f"{row.notice_hours}小时"),
            ("临时动议", "可以" if row.allows_motion else "不得"),
            ("决定公开", "须公开" if row.is_published else "不公开"),
            ("先行处置", f"可以，{row.ratify_hours}小时内补议" if row.allows_emergency else "不得"),
            ("须引用决议的办理", "、".join(REGISTRY.get(code, code) for code in row.actions()) or "无"),
            ("使用情况", "已停用" if row.is_retired else "在用"),
        ]

    def clauses(self) -> list[Any]:
        return [self.object.clause] if self.object.clause else []

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        if not rules.can_keep_matters(user).ok:
            return []
        may = rules.can_keep_matter(user, row)
        return [
            PageAction("修改事项", reverse("meetings:matter-change", args=[row.pk]), may, "edit", "primary"),
            PageAction("停用事项", reverse("meetings:matter-retire", args=[row.pk]), may, "ban", "danger"),
        ]


def fields_of(form: forms.Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name in (*matters.FIELDS, "actions")}


class MatterAddPage(FormPage):
    command = matters.add_matter
    form_class = MatterForm
    page_title = "登记集体决策事项"
    submit_label = "登记"
    above = (LIST,)

    def may_open(self) -> Decision:
        return rules.can_keep_matters(self.request.user)

    def run(self, form: forms.Form) -> DecisionMatter:
        return matters.add_matter(actor=self.request.user, reason=form.cleaned_data["reason"], fields=fields_of(form))


class OfMatter(ActPage):
    model = DecisionMatter
    argument = "matter"
    rule = rules.can_keep_matter


class MatterChangePage(OfMatter):
    form_class = MatterForm
    verb, submit_label = "修改事项", "保存"
    command = matters.change_matter

    def initial(self) -> dict[str, Any]:
        row = self.object
        values = {name: getattr(row, name) for name in matters.FIELDS}
        return {**values, "prerequisites": "\n".join(row.prerequisites), "actions": row.actions()}

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"fields": fields_of(form)}

    def consequences(self) -> list[str]:
        return ["已经开始审议的议题仍按原来的规则；新开始审议的议题按修改后的规则。"]


class MatterRetirePage(OfMatter):
    form_class = ReasonForm
    verb, submit_label, submit_style = "停用事项", "停用", "danger"
    command = matters.retire_matter

    def consequences(self) -> list[str]:
        return ["不能再提请这类议题；已提请的继续办理。", "停用后不能恢复，需要时重新登记。"]
