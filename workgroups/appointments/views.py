"""Pages of appointments: list, record with what capabilities above add to it, and every command of this package."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import AppointmentStatus
from .forms import ConfirmForm, PeriodForm, ProposeForm, period_initial
from .models import Appointment
from .parts import Offer, offer, parts_of
from .tables import AppointmentFilter, AppointmentTable, period_text


class AppointmentListPage(OfSeasonPage, ListPage):
    model = Appointment
    table_class = AppointmentTable
    filterset_class = AppointmentFilter
    page_title = "任职"
    page_intro = "任务定岗到人、职责定岗到人。上岗须任命、回避、培训、承诺四项齐备。"
    unit = "人次"
    export_name = "任职名册"
    empty_title = "没有您可以看到的任职"
    empty_text = "先设置工作组和岗位，再提名任职。"

    def get_queryset(self) -> Any:
        rows = Appointment.objects.visible_to(self.request.user).of_season(self.season)
        return rows.select_related("person", "post__group__season").order_by("post__group__order", "post__order", "id")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_appoint_in(self.request.user, self.season)
        propose = PageAction("提名任职", reverse("appointments:propose"), may, "user-plus", "primary")
        return [
            PageAction("上岗资格总览", reverse("readiness:overview"), icon="chart-bar"),
            *([propose] if may.ok else []),
        ]


class AppointmentProposePage(OfSeasonPage, FormPage):
    command = services.propose_appointment
    form_class = ProposeForm
    page_title = "提名任职"
    above = (("任职", "appointments:list"),)
    submit_label = "提名"
    success_text = "已提名，待确认任命。"

    def may_open_in_season(self) -> Decision:
        return rules.can_appoint_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season, "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        return {"post": self.request.GET.get("post"), "person": self.request.GET.get("person")}

    def consequences(self) -> list[str]:
        return ["提交前会检查：是否重复任职、是否与已任岗位不相容、岗位人数是否已满、是否有未核清的回避。"]

    def run(self, form: forms.Form) -> Appointment:
        return services.propose_appointment(actor=self.request.user, **form.cleaned_data)


class AppointmentPage(DetailPage):
    template_name = "appointments/appointment.html"
    model = Appointment
    above = (("任职", "appointments:list"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person__organisation", "post__group__season")

    def prepare(self) -> None:
        super().prepare()
        self.parts = parts_of(self.request.user, self.object)

    def status(self) -> AppointmentStatus:
        return AppointmentStatus(self.object.status)

    def needs(self) -> str:
        return " ".join(filter(None, (part.needs() for part in self.parts)))

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("姓名", row.person.name),
            ("单位", row.person.organisation or "—"),
            ("人员身份", row.person.get_employment_display()),
            ("岗位", row.post),
            ("任职类型", row.get_kind_display()),
            ("任职期间", period_text(row.period)),
            ("任职依据", row.basis or "—"),
        ]

    def actions(self) -> list[PageAction]:
        offered = [*self._own_actions(), *(found for part in self.parts for found in part.actions())]
        return [offer.action for offer in sorted(offered, key=lambda found: found.order)]

    def _own_actions(self) -> list[Offer]:
        user, row, status = self.request.user, self.object, self.status()
        leaves_by_handover = status in (AppointmentStatus.ON_DUTY, AppointmentStatus.SUSPENDED)
        over = status == AppointmentStatus.ENDED
        proposed, on_duty = status == AppointmentStatus.PROPOSED, status == AppointmentStatus.ON_DUTY
        acts = [
            (proposed, 10, "确认任命", "appointments:confirm", rules.can_confirm_appointment, "check", "primary"),
            (on_duty, 30, "暂停", "appointments:suspend", rules.can_suspend, "player-pause", "secondary"),
            (not over, 60, "变更期间", "appointments:period", rules.can_change_period, "calendar", "secondary"),
            (
                not over and not leaves_by_handover,
                70,
                "撤回任职",
                "appointments:withdraw",
                rules.can_withdraw,
                "ban",
                "danger",
            ),
        ]
        return [
            offer(order, label, name, row, rule(user, row), icon, style)
            for shown, order, label, name, rule, icon, style in acts
            if shown
        ]

    def responsible(self) -> list[tuple[str, str]]:
        rows = (
            Appointment.objects.visible_to(self.request.user)
            .current()
            .filter(post__group=self.object.post.group, post__rank="leader")
        )
        leader = rows.select_related("person").first()
        named = [("主体责任（组长）", leader.person.name if leader else ""), ("直接责任", self.object.person.name)]
        return named + [line for part in self.parts for line in part.responsible()]

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "parts": self.parts,
            "passages": self.object.passages.visible_to(self.request.user).select_related("actor", "on_behalf_of"),
        }


class OfAppointment(ActPage):
    model = Appointment
    form_class = ReasonForm
    argument = "appointment"
    above = (("任职", "appointments:list"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "post__group__season")


class ConfirmAppointmentPage(OfAppointment):
    form_class = ConfirmForm
    verb, submit_label = "确认任命", "确认任命"
    rule = rules.can_confirm_appointment
    command = services.confirm_appointment

    def initial(self) -> dict[str, Any]:
        return {"basis": self.object.basis}


class SuspendPage(OfAppointment):
    verb, submit_label, submit_style = "暂停任职", "暂停任职", "danger"
    rule, command = rules.can_suspend, services.suspend_appointment

    def consequences(self) -> list[str]:
        return ["此人即刻不再以本岗位办理事项；恢复上岗时重新核对上岗资格。"]


class PeriodPage(OfAppointment):
    form_class = PeriodForm
    verb, submit_label = "变更任职期间", "变更期间"
    rule, command = rules.can_change_period, services.change_period

    def initial(self) -> dict[str, Any]:
        return period_initial(self.object.period)


class WithdrawPage(OfAppointment, ConfirmPage):
    verb, submit_label = "撤回任职", "撤回任职"
    rule, command = rules.can_withdraw, services.withdraw_appointment

    def consequences(self) -> list[str]:
        return ["任职结束，岗位空出；已签的承诺、申报和经过全部保留。", "如需再任，须重新提名。"]
