"""临机处置."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage
from admissions.seasons.pages import OfSeasonPage

from .. import emergency_rules as rules
from ..enums import UNRATIFIED, EmergencyStatus
from ..forms import EmergencyForm, UndoForm
from ..models import AgendaItem, EmergencyDecision, EmergencyEffect
from ..selectors import emergency_months
from ..services import emergencies
from ..tables import EmergencyFilter, EmergencyTable

LIST = ("临机处置", "meetings:emergencies")


class EmergencyListPage(OfSeasonPage, ListPage):
    template_name = "meetings/emergencies.html"
    model = EmergencyDecision
    table_class = EmergencyTable
    filterset_class = EmergencyFilter
    page_title = "临机处置"
    page_intro = "来不及开会的突发情况，由决策机构两名成员同签先办，限时补议；未通过或逾期的，逐项恢复。"
    unit = "项"
    export_name = "临机处置"
    empty_title = "还没有您可以看到的临机处置"
    empty_text = "遇到事项清单中可先行处置的突发情况，由决策机构的在岗成员登记。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season)
        return rows.select_related("group", "decided_by", "cosigned_by")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_declare_in(self.request.user, self.season)
        url = reverse("meetings:emergency-declare")
        return [PageAction("登记临机处置", url, may, "plus", "primary")] if may.ok else []

    def context(self) -> dict[str, Any]:
        return {**super().context(), "months": emergency_months(self.base)}


class EmergencyDeclarePage(OfSeasonPage, FormPage):
    command = emergencies.declare_emergency
    form_class = EmergencyForm
    page_title = "登记临机处置"
    submit_label = "登记"
    above = (LIST,)

    def may_open_in_season(self) -> Decision:
        return rules.can_declare_in(self.request.user, self.season)

    def attempted(self) -> tuple[str, str, Any]:
        return emergencies.declare_emergency.action_code, self.page_title, None

    def form_kwargs(self) -> dict[str, Any]:
        groups = [row.post.group_id for row in rules.bodies_of(self.request.user, self.season)]
        return {**super().form_kwargs(), "groups": groups, "user": self.request.user}

    def consequences(self) -> list[str]:
        return ["另一名在岗成员同签后才生效。", "补议时限从处置时间起算；逾期未补议的，向主要负责人和监督人员报告。"]

    def run(self, form: forms.Form) -> EmergencyDecision:
        return emergencies.declare_emergency(actor=self.request.user, **form.cleaned_data)


class EmergencyPage(DetailPage):
    template_name = "meetings/emergency.html"
    model = EmergencyDecision
    above = (LIST,)

    def get_queryset(self) -> Any:
        related = ("group__season", "matter", "decided_by", "cosigned_by", "item", "subject_person", "institution")
        return super().get_queryset().select_related(*related)

    def status(self) -> EmergencyStatus:
        return EmergencyStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        if row.is_overdue:
            return f"补议时限{minute_text(row.ratify_by)}已过，须逐项处理处置影响，并尽快补议。"
        if row.status == EmergencyStatus.PROPOSED:
            return "另一名在岗成员同签，同签前不生效。"
        if row.status == EmergencyStatus.IN_EFFECT:
            return f"须在{minute_text(row.ratify_by)}前由{row.group}补议。"
        left = row.effects.filter(undone_at__isnull=True).count() if row.status == EmergencyStatus.REFUSED else 0
        return f"补议未通过，还有{left}项处置影响没有处理。" if left else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        signed = f"{row.cosigned_by.name}，{minute_text(row.cosigned_at)}" if row.cosigned_by else "还没有同签"
        found = [
            ("类别", row.get_category_display()),
            ("事项", row.matter),
            ("决策机构", row.group),
            ("处置时间", minute_text(row.happened_at)),
            ("决定人", row.decided_by.name),
            ("同签人", signed),
            ("处置边界", row.limits),
            ("涉及人员", row.subject_person.name if row.subject_person else "—"),
            ("涉及院校", row.institution or "—"),
            ("补议时限", minute_text(row.ratify_by)),
        ]
        if row.lapsed_at:
            found.append(("逾期未补议", f"{minute_text(row.lapsed_at)}由系统登记"))
        if row.settled_at:
            found.append(("补议时间", minute_text(row.settled_at)))
        return found

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        found = []
        if row.status == EmergencyStatus.PROPOSED:
            found.append(("同签", "meetings:emergency-cosign", rules.can_cosign(user, row), "signature", "primary"))
            found.append(("撤回", "meetings:emergency-withdraw", rules.can_withdraw(user, row), "ban", "danger"))
        if row.status == EmergencyStatus.IN_EFFECT:
            found.append(("提请补议", "meetings:emergency-submit", rules.can_submit(user, row), "gavel", "primary"))
        return [
            PageAction(label, reverse(name, args=[row.pk]), may, icon, style) for label, name, may, icon, style in found
        ]

    def context(self) -> dict[str, Any]:
        user, row = self.request.user, self.object
        effects = row.effects.select_related("undone_by", "decision__group__season")
        visible = row.item and AgendaItem.objects.visible_to(user).filter(pk=row.item_id).exists()
        owed = row.status == EmergencyStatus.REFUSED or row.lapsed_at
        return {
            **super().context(),
            "effects": [(effect, bool(owed) and rules.can_undo(user, effect).ok) for effect in effects],
            "item_url": row.item.get_absolute_url() if visible else "",
            "waits": row.status in UNRATIFIED,
        }


class OfEmergency(ActPage):
    model = EmergencyDecision
    form_class = ReasonForm
    argument = "emergency"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__season", "matter", "decided_by", "cosigned_by", "item")


class CosignPage(OfEmergency, ConfirmPage):
    verb, submit_label, submit_style = "同签临机处置", "同签", "primary"
    rule, command = rules.can_cosign, emergencies.cosign_emergency

    def consequences(self) -> list[str]:
        row = self.object
        return [
            f"处置内容：{row.measures}",
            f"处置边界：{row.limits}",
            "同签后立即生效，不能撤回，您与决定人共同负责。",
        ]


class WithdrawEmergencyPage(OfEmergency):
    verb, submit_label, submit_style = "撤回临机处置", "撤回", "danger"
    rule, command = rules.can_withdraw, emergencies.withdraw_emergency

    def consequences(self) -> list[str]:
        return ["撤回后不能恢复，需要时重新登记。"]


class SubmitEmergencyPage(OfEmergency):
    verb, submit_label = "提请补议", "提请补议"
    rule, command = rules.can_submit, emergencies.submit_for_ratification

    def consequences(self) -> list[str]:
        return ["生成一项补议议题，由行政秘书列入会议。", "通过即追认；未通过的，逐项处理处置影响。"]

    def success_url(self, result: Any) -> str:
        return self.cancel_url()


class UndoPage(ActPage):
    model = EmergencyEffect
    form_class = UndoForm
    argument, verb, submit_label = "effect", "处理处置影响", "登记处理情况"
    rule, command = rules.can_undo, emergencies.undo_effect

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("decision__group__season")
