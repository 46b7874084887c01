"""会议纪要: read, narrate, circulate, confirm, seal, print."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.trail import record_read
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused
from admissions.core.errors import refused_page
from admissions.core.forms import ReasonForm
from admissions.core.paper import pdf_available
from admissions.core.views import ActPage, DetailPage, RecordPage
from admissions.seals.papers import paper_mark

from .. import minutes_rules, printing, rules
from ..document import designated, shown_to
from ..enums import MinutesStatus
from ..forms import ConfirmMinutesForm, NarrativeForm
from ..models import Minutes, MinutesConfirmation
from ..services import minutes as services


class MinutesPage(DetailPage):
    template_name = "meetings/minutes.html"
    model = Minutes

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__group__season")

    def way(self) -> list[tuple[str, str]]:
        meeting = self.object.meeting
        return [
            ("会议", reverse("meetings:list")),
            (meeting.title, reverse("meetings:one", args=[meeting.pk])),
        ]

    def status(self) -> MinutesStatus:
        return MinutesStatus(self.object.status)

    def needs(self) -> str:
        waiting = (
            minutes_rules.waiting_for_minutes(self.object) if self.object.status == MinutesStatus.CIRCULATED else []
        )
        return f"{'、'.join(waiting)}核对。" if waiting else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("纪要编号", row.number),
            ("送核时间", minute_text(row.circulated_at) if row.circulated_at else "—"),
            ("定稿时间", minute_text(row.sealed_at) if row.sealed_at else "—"),
            ("定稿摘要", row.content_hash or "—"),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        rows: list[tuple[str, str, Decision, str, str]] = []
        if row.status == MinutesStatus.DRAFT and rules.leads_or_records(user, row.meeting).ok:
            may = minutes_rules.can_edit_minutes(user, row)
            rows += [
                ("编写会议情况", "meetings:minutes-narrate", may, "edit", "secondary"),
                ("送参会人员核对", "meetings:minutes-circulate", may, "player-play", "primary"),
            ]
        if row.status == MinutesStatus.CIRCULATED:
            rows += [
                ("核对", "meetings:minutes-confirm", minutes_rules.can_confirm_minutes(user, row), "check", "primary"),
                ("定稿", "meetings:minutes-seal", minutes_rules.can_seal_minutes(user, row), "lock", "secondary"),
            ]
        rows += [
            ("下载 Word 版", "meetings:minutes-docx", Decision(True), "file-text", "secondary"),
            ("下载 PDF", "meetings:minutes-pdf", pdf_available(), "file-text", "secondary"),
        ]
        return [
            PageAction(label, reverse(name, args=[row.pk]), decision, icon, style)
            for label, name, decision, icon, style in rows
        ]

    def context(self) -> dict[str, Any]:
        report = shown_to(self.object.meeting, self.request.user)
        return {
            **super().context(),
            "report": report,
            "designated": designated(report),
            "corrections": self.object.confirmations.select_related("seat"),
        }


class OfMinutes(ActPage):
    model = Minutes
    form_class = ReasonForm
    argument = "minutes"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__group__season")


class NarratePage(OfMinutes):
    form_class = NarrativeForm
    verb, submit_label = "编写会议情况", "保存"
    rule, command = minutes_rules.can_edit_minutes, services.narrate_minutes

    def initial(self) -> dict[str, Any]:
        return {"narrative": self.object.narrative}


class CirculatePage(OfMinutes):
    verb, submit_label = "送核纪要", "送核"
    rule, command = minutes_rules.can_edit_minutes, services.circulate_minutes

    def consequences(self) -> list[str]:
        return ["会议情况不能再改；参会人员逐人核对，有出入的附更正意见。"]


class MinutesForGood(OfMinutes):
    """What leads to the final paper."""

    def printed(self) -> Any:
        return [
            self.object.narrative,
            *(item.title for item in self.object.meeting.items.visible_to(self.request.user)),
        ]


class ConfirmMinutesPage(MinutesForGood):
    form_class = ConfirmMinutesForm
    verb, submit_label = "核对纪要", "确认"
    rule, command = minutes_rules.can_confirm_minutes, services.confirm_minutes

    def run(self, form: forms.Form) -> MinutesConfirmation:
        return services.confirm_minutes(
            actor=self.request.user, reason="本人核对", minutes=self.object, **form.cleaned_data
        )

    def consequences(self) -> list[str]:
        return ["确认后不能撤回。"]


class SealMinutesPage(MinutesForGood):
    verb, submit_label = "纪要定稿", "定稿"
    rule, command = minutes_rules.can_seal_minutes, services.seal_minutes

    def consequences(self) -> list[str]:
        return ["定稿后任何内容都不能再改。"]


class MinutesFile(RecordPage):
    """The minutes on paper, for this reader: without the items withheld from the reader."""

    model = Minutes
    suffix, content_type = "", ""

    def make(self, facts: dict[str, Any]) -> bytes:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        facts = shown_to(self.object.meeting, request.user)
        try:
            content = self.make(facts)
        except Refused as refusal:
            return refused_page(request, refusal)
        record_read(
            actor=request.user, target=self.object, purpose=f"下载{self.suffix}：{self.object}", label="下载纪要"
        )
        response = HttpResponse(content, content_type=self.content_type)
        response["Content-Disposition"] = f'attachment; filename="minutes-{self.object.pk}.{self.suffix}"'
        return response


class MinutesDocx(MinutesFile):
    suffix = "docx"
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def make(self, facts: dict[str, Any]) -> bytes:
        return printing.docx_of(self.object, facts, self.request.user, paper_mark(self.request, self.object))


class MinutesPdf(MinutesFile):
    suffix, content_type = "pdf", "application/pdf"

    def make(self, facts: dict[str, Any]) -> bytes:
        pdf_available().require()
        return printing.pdf_of(self.object, facts, self.request.user, paper_mark(self.request, self.object))
