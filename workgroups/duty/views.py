"""Pages of substitution and handover."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.forms import ReasonForm
from admissions.core.given import whole_number
from admissions.core.views import ActPage, DetailPage, ListPage
from admissions.seasons.pages import OfSeasonPage
from workgroups.appointments.enums import areas_of_rank
from workgroups.appointments.models import Appointment

from . import rules, services
from .enums import HandoverStatus
from .forms import DelegateForm, HandoverForm, SignForm
from .handover_sheet import readable
from .models import Delegation, Handover
from .substitutes import deputies_for
from .tables import HandoverFilter, HandoverTable

# The first of those proposed; who is wanted from further down stands in the field itself.
SHOWN = 12


class FromAppointment(ActPage):
    model = Appointment
    argument = "appointment"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "post__group__season")

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}


class DelegatePage(FromAppointment):
    template_name = "duty/delegate.html"
    form_class = DelegateForm
    verb, submit_label = "安排代岗", "安排代岗"
    rule, command = rules.can_delegate, services.delegate

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "areas": areas_of_rank(self.object.post.rank)}

    def consequences(self) -> list[str]:
        row = self.object
        return [
            f"代岗期间，代岗人按“{row.post}”的权限办理勾选的事项，所办事项记为“代{row.person.name}”。",
            "代岗人培训过期、回避未核清的，代岗权限即刻停止。",
            "被代岗人任职暂停、上岗条件不全或账号停用期间，代岗人同样不能办理；任职结束，代岗随之结束。",
            "签承诺书、申报回避、培训考试、签交接单和安排本岗位的代岗，代岗人不能代办。",
        ]

    def initial(self) -> dict[str, Any]:
        """Chosen from the proposed ones by a link."""
        chosen = whole_number(self.request.GET.get("deputy", ""))
        return {} if chosen is None else {"deputy": chosen}

    def context(self) -> dict[str, Any]:
        found = deputies_for(self.request.user, self.object)
        able = [row for row in found if row.decision.ok]
        return {
            **super().context(),
            "able": able[:SHOWN],
            "more": len(able[SHOWN:]),
            "unable": [row for row in found if not row.decision.ok],
            "chosen": self.request.GET.get("deputy", ""),
        }


class EndDelegationPage(ActPage):
    model = Delegation
    form_class = ReasonForm
    argument, verb, submit_label = "delegation", "结束代岗", "结束代岗"
    rule, command = rules.can_end_delegation, services.end_delegation


class PrepareHandoverPage(FromAppointment):
    form_class = HandoverForm
    verb, submit_label = "离岗交接", "编制交接单"
    rule, command = rules.can_prepare_handover, services.prepare_handover

    def consequences(self) -> list[str]:
        return ["未办事项会自动列入交接单。", "双方都签字之前，责任仍在移交人；双方签字后任职即告结束。"]


class HandoverPage(DetailPage):
    template_name = "duty/handover.html"
    model = Handover

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("appointment__person", "appointment__post__group__season", "receiver")
        )

    def way(self) -> list[tuple[str, str]]:
        row = self.object.appointment
        return [
            ("任职", reverse("appointments:list")),
            (str(row), reverse("appointments:one", args=[row.pk])),
        ]

    def status(self) -> HandoverStatus:
        return HandoverStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        if row.status != HandoverStatus.OPEN:
            return ""
        late = (
            f"已过签字期限（{minute_text(row.due_at)}），" if row.is_overdue else f"须在{minute_text(row.due_at)}前由"
        )
        return f"{late}{'、'.join(row.waits_for())}签字；在此之前责任仍在{row.appointment.person.name}。"

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("移交人", row.appointment.person.name),
            ("岗位", row.appointment.post),
            ("接收人", row.receiver.name),
            ("离岗原因", row.reason),
            ("补充说明", row.remarks or "—"),
            ("编制时间", minute_text(row.prepared_at)),
            ("签字期限", minute_text(row.due_at)),
            ("移交人签字", minute_text(row.given_at) if row.given_at else "未签"),
            ("接收人签字", minute_text(row.taken_at) if row.taken_at else "未签"),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        if row.status != HandoverStatus.OPEN:
            return []
        return [
            PageAction(
                "签字",
                reverse("duty:handover-sign", args=[row.pk]),
                rules.can_sign_handover(user, row),
                "signature",
                "primary",
            ),
            PageAction(
                "作废交接单",
                reverse("duty:handover-void", args=[row.pk]),
                rules.can_void_handover(user, row),
                "ban",
                "danger",
            ),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "sections": readable(self.object.items, self.request.user)}


class HandoverListPage(OfSeasonPage, ListPage):
    model = Handover
    table_class = HandoverTable
    filterset_class = HandoverFilter
    page_title = "交接单"
    page_intro = "离岗须经交接，交接单在期限内由双方签字；逾期的，告知行政秘书、组长和监督人员。"
    above = (("任职", "appointments:list"),)
    unit = "份"
    empty_title = "没有您可以看到的交接单"
    empty_text = "在任职页办理离岗交接后，交接单列在这里。"

    def get_queryset(self) -> Any:
        rows = Handover.objects.visible_to(self.request.user).filter(appointment__post__group__season=self.season)
        return rows.select_related("appointment__person", "appointment__post__group", "receiver").order_by("-pk")


class OfHandover(ActPage):
    model = Handover
    form_class = ReasonForm
    argument = "handover"


class SignHandoverPage(OfHandover):
    form_class = SignForm
    verb, submit_label = "签署交接单", "签字"
    rule, command = rules.can_sign_handover, services.sign_handover

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def run(self, form: forms.Form) -> Handover:
        return services.sign_handover(actor=self.request.user, reason="本人签字", handover=self.object)

    def consequences(self) -> list[str]:
        return ["签字即确认交接单所列事项属实。", "双方都签字后，移交人离岗，不能撤销。"]


class VoidHandoverPage(OfHandover):
    verb, submit_label, submit_style = "作废交接单", "作废", "danger"
    rule, command = rules.can_void_handover, services.void_handover
