"""应议未议, 是否同意复议, 决策责任一览."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.audit.models import Event
from admissions.audit.trail import record_read
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.seasons.pages import OfSeasonPage

from .. import oversight, rules
from ..enums import explanation_state
from ..forms import ConsentForm, ExplainForm
from ..liability import liability_of
from ..models import ActExplanation, AgendaItem, Resolution
from ..models.explanations import readable_acts
from ..resolution_grounds import matter_names, undecided_acts
from ..services import oversight as commands
from ..tables import UndecidedFilter, UndecidedTable
from .items import OfItem

LIST = ("应议未议", "meetings:undecided-acts")


class UndecidedListPage(OfSeasonPage, ListPage):
    model = Event
    filterset_class = UndecidedFilter
    page_title = "应议未议"
    page_intro = "清单事项已经办理，却没有引用会议决议或文号。由行政秘书说明，由监督人员认可。"
    unit = "项"
    export_name = "应议未议"
    empty_title = "没有您可以看到的应议未议"
    empty_text = "您能查看的清单事项办理都引用了决议或文号。"

    def get_queryset(self) -> Any:
        return undecided_acts(self.request.user, self.season.pk).order_by("-at", "-id")

    def make_table(self) -> UndecidedTable:
        return UndecidedTable(self.rows, request=self.request, matters=matter_names())


class ExplainActPage(FormPage, RecordPage):
    model = Event
    form_class = ExplainForm
    command = commands.explain_act
    submit_label = "提交说明"
    above = (LIST,)

    def get_queryset(self) -> Any:
        return readable_acts(self.request.user)

    def get_title(self) -> str:
        return f"说明应议未议：{self.object.action_label}{self.object.target_label}"

    def may_open(self) -> Decision:
        return oversight.can_explain(self.request.user, self.object)

    def attempted(self) -> tuple[str, str, Any]:
        return self.action_code(), self.get_title(), None

    def form_kwargs(self) -> dict[str, Any]:
        carried = Resolution.objects.visible_to(self.request.user).filter(
            item__group__season_id=self.object.season_id,
            item__matter__listed_actions__action=self.object.action,
            item__matter__listed_actions__until__isnull=True,
        )
        return {**super().form_kwargs(), "resolutions": carried}

    def consequences(self) -> list[str]:
        return ["说明提交后不能改动，由监督人员认可；认可之前仍列为应议未议。"]

    def run(self, form: forms.Form) -> ActExplanation:
        return commands.explain_act(actor=self.request.user, event=self.object, **form.cleaned_data)


class ExplanationPage(DetailPage):
    model = ActExplanation
    above = (LIST,)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("resolution", "explained_by", "settled_by")

    def status(self) -> Any:
        return explanation_state(self.object, self.object.settled_at)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("办理事项", row.act),
            ("说明", row.text),
            ("补议的决议", row.resolution or "没有"),
            ("说明人", f"{row.explained_by.name}，{minute_text(row.explained_at)}"),
            ("认可人", f"{row.settled_by.name}，{minute_text(row.settled_at)}" if row.settled_by else "还没有认可"),
        ]

    def actions(self) -> list[PageAction]:
        row = self.object
        if row.settled_at:
            return []
        may = oversight.can_settle_explanation(self.request.user, row)
        return [PageAction("认可说明", reverse("meetings:explanation-settle", args=[row.pk]), may, "check", "primary")]


class ExplanationSettlePage(ActPage):
    model = ActExplanation
    form_class = ReasonForm
    argument, verb, submit_label = "explanation", "认可说明", "认可"
    rule = oversight.can_settle_explanation
    command = commands.settle_explanation


class ConsentPage(OfItem):
    form_class = ConsentForm
    verb, submit_label = "是否同意复议", "提交"
    rule, command = rules.can_consent, commands.consent_to_reconsider

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("reconsiders__meeting")

    def run(self, form: forms.Form) -> Any:
        return commands.consent_to_reconsider(actor=self.request.user, item=self.object, **form.cleaned_data)

    def consequences(self) -> list[str]:
        facts = f"复议的新情况：{self.object.new_facts}"
        return [facts, "超过半数成员同意，复议议题才能列入议程。提交后不能改动。"]


class LiabilityPage(RecordPage):
    """Reading it is an entry in the ledger."""

    model = AgendaItem
    template_name = "meetings/liability.html"
    above = (("议题", "meetings:items"),)

    def get_queryset(self) -> Any:
        related = (
            "matter",
            "group__season",
            "meeting",
            "proposer",
            "presenter",
            "tally__decided_by",
            "resolution__issued_by",
        )
        return super().get_queryset().select_related(*related)

    def get_title(self) -> str:
        return f"决策责任一览：{self.object}"

    def may_open(self) -> Decision:
        return oversight.can_read_liability(self.request.user, self.object)

    def context(self) -> dict[str, Any]:
        record_read(actor=self.request.user, target=self.object, purpose="查阅决策责任一览", label="查阅决策责任")
        return {**super().context(), "parts": liability_of(self.object), "clause": oversight.ANSWERABLE}
