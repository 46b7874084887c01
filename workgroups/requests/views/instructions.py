"""口头指示: written down, confirmed or disputed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import PlainForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage
from admissions.seasons.pages import OfSeasonPage

from .. import rules
from ..enums import WordStatus
from ..forms import DisputeForm, InstructionForm
from ..models import OralInstruction
from ..selectors import instructions_of
from ..services import instructions
from ..tables import InstructionFilter, InstructionTable


class InstructionListPage(OfSeasonPage, ListPage):
    model = OralInstruction
    table_class = InstructionTable
    filterset_class = InstructionFilter
    page_title = "口头指示"
    page_intro = "接到口头指示的，24小时内补录；经指示人确认的，才能作为例外的依据。"
    unit = "条"
    export_name = "口头指示"
    empty_title = "还没有您可以看到的口头指示"
    empty_text = "接到电话、当面等口头指示后在这里补录，由指示人确认或者提出异议。"

    def get_queryset(self) -> QuerySet:
        return instructions_of(self.request.user, self.season)

    def page_actions(self) -> list[PageAction]:
        may = rules.can_draft_in(self.request.user, self.season)
        new = PageAction("补录口头指示", reverse("requests:instruction-record"), may, "plus", "primary")
        return [new] if may.ok else []


class InstructionRecordPage(OfSeasonPage, FormPage):
    command = instructions.record_instruction
    form_class = InstructionForm
    page_title = "补录口头指示"
    submit_label = "补录"
    above = (("口头指示", "requests:instructions"),)

    def may_open_in_season(self) -> Decision:
        return rules.can_draft_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user, "season": self.season}

    def consequences(self) -> list[str]:
        return ["补录后任何人都不能改动；指示人收到待办，确认或者写明异议。"]

    def run(self, form: forms.Form) -> OralInstruction:
        data = form.cleaned_data
        named = {name: data[name] for name in ("group", "instructor", "said_at", "channel", "text", "witnesses")}
        return instructions.record_instruction(
            actor=self.request.user, reason="补录口头指示", about=form.about(), **named
        )


class InstructionPage(DetailPage):
    template_name = "requests/instruction.html"
    model = OralInstruction
    above = (("口头指示", "requests:instructions"),)

    def get_queryset(self) -> QuerySet:
        related = ("group__season", "receiver", "instructor", "subject_person", "institution")
        return super().get_queryset().select_related(*related)

    def status(self) -> WordStatus:
        return WordStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        if row.status != WordStatus.WAITING:
            return ""
        return f"{row.instructor_name}在{minute_text(row.clock)}前确认或者提出异议。"

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        named = [str(value) for value in (row.subject_person, row.institution) if value]
        named += ["考生（只存加密摘要）"] if row.candidate_digest else []
        return [
            ("指示人", "，".join(part for part in (row.instructor_name, row.instructor_post) if part)),
            ("指示时间", minute_text(row.said_at)),
            ("指示方式", row.get_channel_display()),
            ("在场人员", row.witnesses or "—"),
            ("接受人", f"{row.receiver.name}（{row.group}）"),
            ("补录时间", minute_text(row.recorded_at) + ("（超过24小时）" if row.is_late else "")),
            ("答复时间", minute_text(row.answered_at) if row.answered_at else "—"),
            ("涉及", "、".join(named) or "—"),
        ]

    def clauses(self) -> list[Any]:
        return [rules.ORAL]

    def actions(self) -> list[PageAction]:
        row = self.object
        if row.status != WordStatus.WAITING:
            return []
        may = rules.can_answer_instruction(self.request.user, row)
        return [
            PageAction("确认", reverse("requests:instruction-confirm", args=[row.pk]), may, "check", "primary"),
            PageAction("提出异议", reverse("requests:instruction-dispute", args=[row.pk]), may, "x", "danger"),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "reliance": rules.may_rely_on(self.object)}


class OfInstruction(ActPage, ConfirmPage):
    model = OralInstruction
    argument = "instruction"
    rule = rules.can_answer_instruction
    why = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group__season", "instructor")

    def run(self, form: forms.Form) -> OralInstruction:
        reason = form.cleaned_data.get("reason") or self.why
        return type(self).command(actor=self.request.user, reason=reason, instruction=self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "facts": [("指示内容", self.object.text)]}


class InstructionConfirmPage(OfInstruction):
    form_class = PlainForm
    verb, submit_label, submit_style, why = "确认口头指示", "确认我作过这一指示", "primary", "本人确认"
    command = instructions.confirm_instruction

    def consequences(self) -> list[str]:
        return ["确认后，这条指示可以作为办理的依据，由您负责。"]


class InstructionDisputePage(OfInstruction):
    form_class = DisputeForm
    verb, submit_label, submit_style = "对口头指示提出异议", "提出异议", "danger"
    command = instructions.dispute_instruction

    def consequences(self) -> list[str]:
        return ["补录内容和您的异议并列留存，都不能改动；这条指示不能作为办理的依据。"]
