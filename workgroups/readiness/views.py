"""Pages of appointments and readiness: lists, detail with what is missing, and every command on an appointment."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage
from workgroups.appointments import rules as appointing
from workgroups.appointments import services as appointments
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.forms import ConfirmForm, PeriodForm, ProposeForm, period_initial
from workgroups.appointments.models import Appointment
from workgroups.appointments.tables import AppointmentFilter, AppointmentTable, period_text
from workgroups.duty import rules as duty
from workgroups.seasonal import OfSeasonPage

from . import rules, services
from .selectors import appointments_for_readiness, group_counts, readiness, readiness_of


def appointment_url(appointment: Appointment) -> str:
    return reverse("workgroups:appointment", args=[appointment.pk])


class AppointmentListPage(OfSeasonPage, ListPage):
    model = Appointment
    table_class = AppointmentTable
    filterset_class = AppointmentFilter
    page_title = "任职"
    page_intro = "任务定岗到人、职责定岗到人。上岗须任命、回避、培训、承诺四项齐备。"
    unit = "人次"
    export_name = "任职名册"
    empty_title = "还没有任职记录"
    empty_text = "先设置工作组和岗位，再提名任职。"

    def get_queryset(self) -> Any:
        rows = Appointment.objects.visible_to(self.request.user).of_season(self.season)
        return rows.select_related("person", "post__group").order_by("post__group__order", "post__order", "id")

    def page_actions(self) -> list[PageAction]:
        may = appointing.can_appoint_in(self.request.user, self.season)
        propose = PageAction("提名任职", reverse("workgroups:appointment-propose"), may, "user-plus", "primary")
        return [
            PageAction("上岗资格总览", reverse("workgroups:readiness"), icon="chart-bar"),
            *([propose] if may.ok else []),
        ]


class AppointmentProposePage(OfSeasonPage, FormPage):
    form_class = ProposeForm
    page_title = "提名任职"
    submit_label = "提名"
    success_text = "已提名，待确认任命。"

    def may_open_in_season(self) -> Decision:
        return appointing.can_appoint_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season, "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        return {"post": self.request.GET.get("post"), "person": self.request.GET.get("person")}

    def consequences(self) -> list[str]:
        return ["提交前会检查：是否重复任职、是否与已任岗位不相容、岗位人数是否已满、是否有未核清的回避。"]

    def cancel_url(self) -> str:
        return reverse("workgroups:appointments")

    def run(self, form: forms.Form) -> Appointment:
        return appointments.propose_appointment(actor=self.request.user, **form.cleaned_data)

    def success_url(self, result: Appointment) -> str:
        return appointment_url(result)


class AppointmentPage(DetailPage):
    template_name = "workgroups/appointments/appointment.html"
    model = Appointment

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person__organisation", "post__group__season")

    def crumbs(self) -> list[tuple[str, str]]:
        return [("任职", reverse("workgroups:appointments"))]

    def prepare(self) -> None:
        super().prepare()
        self.readiness = readiness(self.object)

    def status(self) -> AppointmentStatus:
        return AppointmentStatus(self.object.status)

    def needs(self) -> str:
        open_states = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING, AppointmentStatus.SUSPENDED)
        return self.readiness.sentence if self.status() in open_states else ""

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
        user, row, status = self.request.user, self.object, self.status()
        on_duty = status in (AppointmentStatus.ON_DUTY, AppointmentStatus.SUSPENDED)
        waiting = status in (AppointmentStatus.PENDING, AppointmentStatus.SUSPENDED)
        candidates = [
            (
                status == AppointmentStatus.PROPOSED,
                "确认任命",
                "confirm",
                appointing.can_confirm_appointment,
                "check",
                "primary",
            ),
            (
                status == AppointmentStatus.SUSPENDED,
                "恢复上岗",
                "activate",
                self._may_activate,
                "user-check",
                "primary",
            ),
            (
                waiting and status == AppointmentStatus.PENDING,
                "办理上岗",
                "activate",
                self._may_activate,
                "user-check",
                "primary",
            ),
            (
                status == AppointmentStatus.ON_DUTY,
                "暂停",
                "suspend",
                appointing.can_suspend,
                "player-pause",
                "secondary",
            ),
            (on_duty, "安排代岗", "delegate", duty.can_delegate, "arrows-exchange", "secondary"),
            (on_duty, "离岗交接", "handover", duty.can_prepare_handover, "clipboard-list", "secondary"),
            (
                status != AppointmentStatus.ENDED,
                "变更期间",
                "period",
                appointing.can_change_period,
                "calendar",
                "secondary",
            ),
            (
                not on_duty and status != AppointmentStatus.ENDED,
                "撤回任职",
                "withdraw",
                appointing.can_withdraw,
                "ban",
                "danger",
            ),
        ]
        return [
            PageAction(label, reverse(f"workgroups:appointment-{name}", args=[row.pk]), rule(user, row), icon, style)
            for shown, label, name, rule, icon, style in candidates
            if shown
        ]

    def _may_activate(self, user: Any, row: Appointment) -> Decision:
        return rules.can_put_on_duty(user, row, self.readiness)

    def responsible(self) -> list[tuple[str, str]]:
        rows = (
            Appointment.objects.visible_to(self.request.user)
            .current()
            .filter(post__group=self.object.post.group, post__rank="leader")
        )
        leader = rows.select_related("person").first()
        named = [("主体责任（组长）", leader.person.name if leader else ""), ("直接责任", self.object.person.name)]
        live = self.object.delegations.visible_to(self.request.user).live().select_related("deputy")
        return named + [("现由", f"{row.deputy.name}代岗") for row in live]

    def history_url(self) -> str:
        return reverse("audit:record", args=[self.object._meta.label_lower, self.object.pk])

    def delegations(self) -> list[tuple[Any, Decision]]:
        user, rows = self.request.user, self.object.delegations.visible_to(self.request.user).select_related("deputy")
        for row in rows:
            row.appointment = self.object
        return [(row, duty.can_end_delegation(user, row)) for row in rows]

    def context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().context(),
            "readiness": self.readiness,
            "passages": row.passages.visible_to(self.request.user).select_related("actor", "on_behalf_of"),
            "delegations": self.delegations(),
            "handovers": row.handovers.visible_to(self.request.user).select_related("receiver"),
            "pledges": row.pledges.visible_to(self.request.user).select_related("version__template").defer("text"),
        }


class OfAppointment(ActPage):
    model = Appointment
    form_class = ReasonForm
    argument = "appointment"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "post__group__season")

    def crumbs(self) -> list[tuple[str, str]]:
        return [("任职", reverse("workgroups:appointments")), (str(self.object), appointment_url(self.object))]

    def home_of(self, record: Any) -> str:
        return appointment_url(self.object)


class ConfirmAppointmentPage(OfAppointment):
    form_class = ConfirmForm
    verb, submit_label = "确认任命", "确认任命"
    rule = staticmethod(appointing.can_confirm_appointment)
    command = staticmethod(appointments.confirm_appointment)

    def initial(self) -> dict[str, Any]:
        return {"basis": self.object.basis}


class ActivatePage(OfAppointment):
    verb, submit_label = "办理上岗", "办理上岗"
    success_text = "已上岗。"
    rule, command = staticmethod(rules.can_put_on_duty), staticmethod(services.activate_appointment)


class SuspendPage(OfAppointment):
    verb, submit_label, submit_style = "暂停任职", "暂停任职", "danger"
    rule, command = staticmethod(appointing.can_suspend), staticmethod(appointments.suspend_appointment)

    def consequences(self) -> list[str]:
        return ["此人即刻不再以本岗位办理事项；恢复上岗时重新核对上岗资格。"]


class PeriodPage(OfAppointment):
    form_class = PeriodForm
    verb, submit_label = "变更任职期间", "变更期间"
    rule, command = staticmethod(appointing.can_change_period), staticmethod(appointments.change_period)

    def initial(self) -> dict[str, Any]:
        return period_initial(self.object.period)


class WithdrawPage(OfAppointment, ConfirmPage):
    verb, submit_label = "撤回任职", "撤回任职"
    rule, command = staticmethod(appointing.can_withdraw), staticmethod(appointments.withdraw_appointment)

    def consequences(self) -> list[str]:
        return ["任职结束，岗位空出；已签的承诺、申报和经过全部保留。", "如需再任，须重新提名。"]


class ReadinessPage(OfSeasonPage):
    """Who is ready, who is not and why, by group: chart, numbers, then people."""

    template_name = "workgroups/readiness/overview.html"
    page_title = "上岗资格总览"
    STANDINGS = {"在岗": "tone:success", "已就绪": "tone:info", "未就绪": "tone:warning", "暂停": "tone:danger"}

    def context(self) -> dict[str, Any]:
        rows = list(appointments_for_readiness(self.request.user, self.season))
        ready = readiness_of(rows)
        counts = group_counts(rows, ready)
        not_ready = [
            (row, ready[row.pk]) for row in rows if not ready[row.pk].ok and row.status != AppointmentStatus.ON_DUTY
        ]
        lapsed = [
            (row, ready[row.pk]) for row in rows if not ready[row.pk].ok and row.status == AppointmentStatus.ON_DUTY
        ]
        return {
            **super().context(),
            "page_intro": "上岗资格由任命、回避、培训、承诺逐项得出，不由人工勾选。",
            "total": len(rows),
            "not_ready": not_ready,
            "lapsed": lapsed,
            "chart_option": self._chart(counts),
            "chart_headers": ["工作组", *self.STANDINGS],
            "chart_rows": [[name, *(group[word] for word in self.STANDINGS)] for name, group in counts.items()],
        }

    def _chart(self, counts: dict[str, dict[str, int]]) -> dict[str, Any]:
        series = [
            {
                "name": word,
                "type": "bar",
                "stack": "people",
                "itemStyle": {"color": tone},
                "data": [group[word] for group in counts.values()],
            }
            for word, tone in self.STANDINGS.items()
        ]
        return {
            "tooltip": {},
            "legend": {},
            "grid": {"containLabel": True, "left": 8, "right": 16, "bottom": 8},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {"type": "category", "data": list(counts), "inverse": True},
            "series": series,
        }
