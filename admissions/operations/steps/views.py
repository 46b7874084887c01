"""Pages of 环节单."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.trail import record_read
from admissions.core import pdf
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused
from admissions.core.errors import refused_page
from admissions.core.forms import PlainForm, ReasonForm
from admissions.core.given import whole_number
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.evidence.file_pages import FilePage
from admissions.evidence.incoming import incoming_of
from admissions.seals.papers import paper_mark
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import OPEN_TO_WORK, PASSAGES, Act, RunStatus
from .forms import ConfirmForm, ExecuteForm, HoldForm, LiftForm, MaterialForm, OpenForm, PassForm, ReturnForm
from .models import StepMaterial, StepRun
from .papers import current_materials, is_intact, papers_of
from .printing import pdf_of
from .selectors import VERBS, counts_by_status, hold_of, parts_of, signatures_of
from .tables import RunFilter, RunTable

WITH_PEOPLE = ("step__season", "group", "batch", "institution", "executor", "reviewer", "supervisor", "opened_by")


RUNS = (("环节签署", "steps:runs"),)


class RunListPage(OfSeasonPage, ListPage):
    template_name = "steps/runs.html"
    model = StepRun
    table_class = RunTable
    filterset_class = RunFilter
    page_title = "环节签署"
    page_intro = "每一次办理一张环节单：负责岗位下达，执行、复核、监督由不同的人依次签署，最后归档。"
    unit = "张"
    export_name = "环节签署"
    empty_title = "没有您可以看到的环节单"
    empty_text = "由职责矩阵中环节的负责岗位下达；有您的环节时会出现在待办里。"

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().of_season(self.season)
        return rows.select_related("step", "batch", "executor", "reviewer", "supervisor").order_by("-pk")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_open_in(self.request.user, self.season)
        return [PageAction("下达环节单", reverse("steps:run-open"), may, "plus", "primary")] if may.ok else []

    def context(self) -> dict[str, Any]:
        return {**super().context(), "counts": counts_by_status(self.request.user, self.season)}


class RunOpenPage(OfSeasonPage, FormPage):
    command = services.open_run
    form_class = OpenForm
    page_title = "下达环节单"
    submit_label = "下达"
    success_text = "已下达，执行岗位会在待办里看到。"
    above = RUNS

    def may_open_in_season(self) -> Decision:
        return rules.can_open_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user, "season": self.season}

    def initial(self) -> dict[str, Any]:
        step = whole_number(self.request.GET.get("step", ""))
        return {} if step is None else {"step": step}

    def consequences(self) -> list[str]:
        return [
            "下达后事项不能改；下达有误的，在执行前作废，重新下达。",
            "您下达的环节单，您不能再承担执行、复核、监督。",
        ]

    def run(self, form: forms.Form) -> StepRun:
        return services.open_run(actor=self.request.user, **form.cleaned_data)


class RunPage(DetailPage):
    template_name = "steps/run.html"
    model = StepRun
    above = RUNS

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related(*WITH_PEOPLE)

    def status(self) -> RunStatus:
        return RunStatus(self.object.status)

    def needs(self) -> str:
        run = self.object
        if run.held_at:
            return "监督已制止，解除以前不能办理。"
        if run.turn is None:
            return ""
        if run.status == RunStatus.REVIEWING:
            return f"由{run.reviewer.name}签署复核。"
        posts = dict(parts_of(run))[run.turn.label]
        return f"由{posts}{VERBS[RunStatus(run.status)]}。" if posts else f"职责矩阵中没有{run.turn.label}岗位。"

    def facts(self) -> list[tuple[str, Any]]:
        run = self.object
        due = minute_text(run.due_at) if run.due_at else "没有规定"
        return [
            ("环节", f"{run.step}（{run.step.get_stage_display()}）"),
            ("批次", run.batch),
            ("涉及院校", run.institution),
            ("负责工作组", run.group),
            ("下达", f"{run.opened_by.name}，{minute_text(run.opened_at)}"),
            ("完成期限", due + ("（已逾期）" if run.is_overdue else "")),
            ("签署要求", "不同的人，且分属不同工作组" if run.groups_apart else "不同的人"),
            *((f"{part}岗位", posts) for part, posts in parts_of(run)),
        ]

    def actions(self) -> list[PageAction]:
        """The next steps, for whoever may not take them with the reason."""
        run = self.object
        acts = [(row[0], self._action(*row)) for row in BUTTONS if self._stands(row[0])]
        found = [action for act, action in acts if action.decision.ok or not self._is_aside(act)]
        if run.status in OPEN_TO_WORK and not run.held_at:
            may = rules.can_add_material(self.request.user, run)
            found.insert(1, PageAction("添加材料", reverse("steps:material-add", args=[run.pk]), may, "paperclip"))
        return [*found, PageAction("签署单 PDF", reverse("steps:run-pdf", args=[run.pk]), icon="printer")]

    def _stands(self, act: Act) -> bool:
        run = self.object
        if run.status not in PASSAGES[act].starts:
            return False
        return act == Act.LIFT if run.held_at else act != Act.LIFT

    def _is_aside(self, act: Act) -> bool:
        """Stopping, giving up, taking over a review, taking back a confirmation do not lead on: who may not need not hear why."""
        back = {(Act.TAKE, RunStatus.REVIEWING), (Act.REJECT, RunStatus.CONFIRMED)}
        return act in (Act.HOLD, Act.VOID) or (act, self.status()) in back

    def _action(self, act: Act, label: str, name: str, icon: str, style: str) -> PageAction:
        run = self.object
        may = rules.signing(self.request.user, run, act).decision
        return PageAction(label, reverse(name, args=[run.pk]), may, icon, style)

    def context(self) -> dict[str, Any]:
        run = self.object
        materials = current_materials(run)
        work = run.status in OPEN_TO_WORK and not run.held_at
        return {
            **super().context(),
            "signatures": signatures_of(run),
            "materials": materials,
            "dropped": StepMaterial.objects.filter(run=run, dropped_at__isnull=False).select_related("added_by"),
            "hold": hold_of(run),
            "is_broken": not is_intact(run),
            "may_drop": work and rules.can_add_material(self.request.user, run).ok,
        }


# (act, label, name of the page, icon, style), in the order of the buttons.
BUTTONS = (
    (Act.EXECUTE, "签署执行完毕", "steps:run-execute", "signature", "primary"),
    (Act.TAKE, "接收复核", "steps:run-take", "eye", "primary"),
    (Act.PASS, "签署复核通过", "steps:run-pass", "signature", "primary"),
    (Act.RETURN, "复核退回", "steps:run-return", "arrow-back-up", "danger"),
    (Act.CONFIRM, "签署监督确认", "steps:run-confirm", "signature", "primary"),
    (Act.REJECT, "监督退回", "steps:run-reject", "arrow-back-up", "danger"),
    (Act.ARCHIVE, "归档", "steps:run-archive", "archive", "primary"),
    (Act.LIFT, "解除制止", "steps:run-lift", "check", "primary"),
    (Act.HOLD, "监督制止", "steps:run-hold", "hand-stop", "danger"),
    (Act.VOID, "作废", "steps:run-void", "trash", "danger"),
)


class OfRunPage(ActPage):
    """An act on a sheet: what stands on it is shown above the form."""

    model = StepRun
    argument = "run"
    template_name = "steps/act.html"
    asks_password = False
    above = RUNS

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related(*WITH_PEOPLE)

    def form_kwargs(self) -> dict[str, Any]:
        more = {"request": self.request} if self.asks_password else {}
        return {**super().form_kwargs(), **more}

    def context(self) -> dict[str, Any]:
        signatures = [row for row in signatures_of(self.object) if row.round == self.object.round]
        return {**super().context(), "materials": current_materials(self.object), "signatures": signatures}


class RunExecutePage(OfRunPage):
    form_class, asks_password = ExecuteForm, True
    verb, submit_label, success_text = "签署执行完毕", "签署", "已签署，等候复核。"
    rule, command = rules.can_execute, services.execute

    def initial(self) -> dict[str, Any]:
        return {"seen_digest": papers_of(current_materials(self.object)).digest}

    def consequences(self) -> list[str]:
        return ["材料和办理结果以校验值固定，复核退回以前不能再改。", "您不能再复核、监督这张环节单。"]


class RunTakePage(OfRunPage):
    form_class = PlainForm
    verb, submit_label, success_text = "接收复核", "接收", "已接收。请核对材料后签署。"
    rule, command = rules.can_take, services.take_review

    def run(self, form: forms.Form) -> StepRun:
        return services.take_review(actor=self.request.user, reason="接收复核", run=self.object)

    def consequences(self) -> list[str]:
        return ["由您签署复核通过或者退回；您不能再执行、监督这张环节单。"]


class RunPassPage(OfRunPage):
    form_class, asks_password = PassForm, True
    verb, submit_label, success_text = "签署复核通过", "签署", "已签署，等候监督确认。"
    rule, command = rules.can_pass, services.pass_review


class RunReturnPage(OfRunPage):
    form_class = ReturnForm
    verb, submit_label, submit_style, success_text = "复核退回", "退回", "danger", "已退回执行人。"
    rule, command = rules.can_return, services.return_run

    def consequences(self) -> list[str]:
        return ["执行人重新办理，从下一轮开始；本轮的签署保留。"]


class RunRejectPage(RunReturnPage):
    verb = "监督退回"
    rule, command = rules.can_reject, services.reject_run


class RunConfirmPage(OfRunPage):
    form_class, asks_password = ConfirmForm, True
    verb, submit_label, success_text = "签署监督确认", "签署", "已签署，等候归档。"
    rule, command = rules.can_confirm, services.confirm_run


class RunArchivePage(OfRunPage, ConfirmPage):
    form_class = ReasonForm
    verb, submit_label, submit_style, success_text = "归档", "归档", "primary", "已归档。"
    template_name = "steps/confirm.html"
    rule, command = rules.can_archive, services.archive_run

    def consequences(self) -> list[str]:
        return ["环节单就此固定，任何人不能再改；需要更正的，另行下达一张。"]


class RunVoidPage(OfRunPage, ConfirmPage):
    form_class = ReasonForm
    verb, submit_label, success_text = "作废", "作废", "已作废。"
    template_name = "steps/confirm.html"
    rule, command = rules.can_void, services.void_run

    def consequences(self) -> list[str]:
        return ["编号、材料和已有的签署保留，环节单不能再办理。"]


class RunHoldPage(OfRunPage):
    form_class = HoldForm
    verb, submit_label, submit_style, success_text = "监督制止", "制止", "danger", "已制止。"
    rule, command = rules.can_hold, services.hold_run

    def consequences(self) -> list[str]:
        return ["解除以前，任何人不能在这张环节单上签署。"]


class RunLiftPage(OfRunPage):
    form_class, asks_password = LiftForm, True
    verb, submit_label, success_text = "解除制止", "解除", "已解除，从原来的状态继续办理。"
    rule, command = rules.can_lift, services.lift_hold


class MaterialAddPage(OfRunPage):
    form_class = MaterialForm
    verb, submit_label, success_text = "添加材料", "添加", "已添加。"
    rule, command = rules.can_add_material, services.add_material

    def run(self, form: forms.Form) -> StepRun:
        name = form.cleaned_data["name"]
        incoming = incoming_of(form)
        return services.add_material(
            actor=self.request.user, reason=f"材料“{name}”", run=self.object, incoming=incoming, **form.cleaned_data
        )


def materials_with_run(rows: QuerySet) -> QuerySet:
    return rows.select_related("run__step__season", "run__group", "file")


class MaterialDropPage(ActPage):
    model = StepMaterial
    form_class = ReasonForm
    argument, verb, submit_label, submit_style = "material", "移除材料", "移除", "danger"
    success_text = "已移除。"
    rule, command = rules.can_drop_material, services.drop_material
    above = RUNS

    def get_queryset(self) -> QuerySet:
        return materials_with_run(super().get_queryset())

    def run(self, form: forms.Form) -> StepRun:
        reason = f"材料“{self.object.name}”：{form.cleaned_data['reason']}"
        return services.drop_material(actor=self.request.user, reason=reason, material=self.object)


class MaterialFile(FilePage):
    model = StepMaterial
    label = "下载环节材料"
    as_stored = "byte by byte, so that it can be compared with the hash that was signed"
    above = RUNS

    def get_queryset(self) -> QuerySet:
        return materials_with_run(super().get_queryset())

    def target(self) -> StepRun:
        return self.object.run


class RunPdf(RecordPage):
    model = StepRun

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related(*WITH_PEOPLE)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            content = pdf_of(self.object, request.user, paper_mark(request, self.object))
        except Refused as refusal:
            return refused_page(request, refusal)
        record_read(actor=request.user, target=self.object, purpose="打印环节签署单", label="打印")
        return pdf.pdf_response(content, f"环节签署单-{self.object.number}")
