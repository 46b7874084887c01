"""Pages of the responsibility matrix (#6)."""

from collections import Counter
from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, FormPage
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .forms import StepApartForm, StepDutyForm, StepForm
from .models import Step, StepDuty
from .selectors import matrix_findings, matrix_rows

KIND_LABELS = {"gap": "缺口", "conflict": "冲突", "single": "单点"}


MATRIX = ("职责矩阵", "groups:matrix")


class MatrixPage(OfSeasonPage):
    template_name = "groups/matrix.html"
    page_title = "职责矩阵"

    def context(self) -> dict[str, Any]:
        found: dict[int, list[Any]] = {}
        problems = matrix_findings(self.season, self.request.user)
        for finding in problems:
            found.setdefault(finding.step, []).append((KIND_LABELS[finding.kind], finding))
        rows = matrix_rows(self.request.user, self.season)
        may = rules.can_shape_season(self.request.user, self.season)
        return {
            **super().context(),
            "page_intro": "每个环节须有一个负责岗位，执行、复核、监督须由不同的人承担。",
            "rows": [(step, duties, found.get(step.pk, [])) for step, duties in rows],
            "may_change": may.ok,
            "page_actions": [PageAction("增加环节", reverse("groups:matrix-step-add"), may, "plus", "primary")]
            if may.ok
            else [],
            **matrix_chart(rows, problems),
        }


def matrix_chart(rows: list[tuple[Any, list[StepDuty]]], problems: list[Any]) -> dict[str, Any]:
    """Findings per step as stacked bars, and the same numbers for the table."""
    counted = Counter((finding.step, finding.kind) for finding in problems)
    names = [step.name for step, _ in rows]
    tones = {"gap": "tone:warning", "conflict": "tone:danger", "single": "tone:info"}
    series = [
        {
            "name": label,
            "type": "bar",
            "stack": "findings",
            "itemStyle": {"color": tones[kind]},
            "data": [counted[step.pk, kind] for step, _ in rows],
        }
        for kind, label in KIND_LABELS.items()
    ]
    return {
        "chart_option": {
            "tooltip": {},
            "legend": {},
            "grid": {"containLabel": True, "left": 8, "right": 16, "bottom": 8},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {"type": "category", "data": names, "inverse": True},
            "series": series,
        },
        "chart_headers": ["环节", *KIND_LABELS.values()],
        "chart_rows": [[step.name, *(counted[step.pk, kind] for kind in KIND_LABELS)] for step, _ in rows],
    }


class StepAddPage(OfSeasonPage, FormPage):
    command = services.add_step
    form_class = StepForm
    page_title = "增加工作环节"
    above = (MATRIX,)
    success_text = "环节已增加。"

    def may_open_in_season(self) -> Decision:
        return rules.can_shape_season(self.request.user, self.season)

    def run(self, form: forms.Form) -> Step:
        return services.add_step(actor=self.request.user, season=self.season, **form.cleaned_data)

    def success_url(self, result: Step) -> str:
        return reverse("groups:matrix")


def may_change_step(user: Any, step: Step) -> Decision:
    return rules.can_shape_season(user, step.season)


def may_change_duty(user: Any, duty: StepDuty) -> Decision:
    return rules.can_shape_season(user, duty.step.season)


class StepApartPage(ActPage):
    model = Step
    above = (MATRIX,)
    form_class = StepApartForm
    argument, verb, submit_label = "step", "规定签署要求", "保存"
    rule, command = may_change_step, services.set_step_apart

    def initial(self) -> dict[str, Any]:
        return {"groups_apart": self.object.groups_apart}

    def home_of(self, record: Any) -> str:
        return reverse("groups:matrix")


class StepAssignPage(ActPage):
    model = Step
    above = (MATRIX,)
    form_class = StepDutyForm
    argument, verb, submit_label = "step", "登记职责", "登记"
    rule, command = may_change_step, services.assign_step

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.object.season}

    def home_of(self, record: Any) -> str:
        return reverse("groups:matrix")


class StepUnassignPage(ActPage):
    model = StepDuty
    above = (MATRIX,)
    form_class = ReasonForm
    argument, verb, submit_label = "duty", "取消职责", "取消职责"
    rule, command = may_change_duty, services.unassign_step

    def home_of(self, record: Any) -> str:
        return reverse("groups:matrix")
