"""代录和确认、暂缓的裁定、监督意见和监督人员的变更."""

from typing import Any

from django import forms
from django.db.models import F
from django.urls import reverse

from admissions.core.forms import PlainForm, ReasonForm
from admissions.core.views import ActPage

from .. import entry_rules, remark_rules, rules, ruling_rules, supervision_rules
from ..enums import SeatKind, Stance
from ..models import DeferralMotion, Position, PositionCheck, Presence, Seat, SupervisorRemark
from ..room_forms import (
    AnswerForm,
    DisputeForm,
    EnteredPositionForm,
    RemarkForm,
    ReplaceForm,
    RuleDeferralForm,
    RulingForm,
)
from ..services import entries, rulings, supervision
from .items import OfItem


class EnterPage(OfItem):
    form_class = EnteredPositionForm
    verb, submit_label = "代录成员表态", "录入"
    template_name = "meetings/enter.html"
    rule, command = rules.can_enter_positions, entries.enter_position

    def form_kwargs(self) -> dict[str, Any]:
        item = self.object
        present = Presence.objects.filter(seat__meeting=item.meeting_id).attending().values("seat")
        seats = Seat.objects.filter(meeting=item.meeting_id, kind=SeatKind.MEMBER, pk__in=present)
        seats = seats.exclude(pk__in=item.positions.values("seat")).exclude(person__in=item.recusals.values("person"))
        return {**super().form_kwargs(), "seats": seats.exclude(person=self.request.user).order_by("order", "id")}

    def run(self, form: forms.Form) -> Position:
        return entries.enter_position(
            actor=self.request.user, reason="代录本人口头表态", item=self.object, **form.cleaned_data
        )

    def consequences(self) -> list[str]:
        return [
            "只列出在场、尚未表态的成员；主要负责人须本人表态。",
            "本人在待办中确认或者提出异议；确认以前，在各处注明由您代录。",
        ]


class OfEntry(ActPage):
    """What was entered stands before the button."""

    model = Position
    argument = "position"
    template_name = "meetings/entry.html"
    rule = entry_rules.can_check_position

    def get_queryset(self) -> Any:
        entered = super().get_queryset().exclude(entered_by=F("seat__person"))
        return entered.select_related(
            "item__meeting__group__season", "item__group__season", "seat__person", "entered_by"
        )

    def home_of(self, record: Position | PositionCheck) -> str:
        position = record if isinstance(record, Position) else record.position
        return reverse("meetings:item", args=[position.item_id])


class ConfirmEntryPage(OfEntry):
    form_class = PlainForm
    verb, submit_label = "确认代录的表态", "确认，与本人所说一致"
    command = entries.confirm_position

    def run(self, form: forms.Form) -> PositionCheck:
        return entries.confirm_position(actor=self.request.user, reason="与本人所说一致", position=self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "otherwise": reverse("meetings:position-dispute", args=[self.object.pk])}


class DisputeEntryPage(OfEntry):
    form_class = DisputeForm
    verb, submit_label, submit_style = "对代录的表态提出异议", "提出异议", "danger"
    command = entries.dispute_position

    def consequences(self) -> list[str]:
        return ["代录的表态和异议一并留存；议题还在审议的，请随后重新表态，重新表态以前不能宣布结果。"]


class RuleDeferralPage(ActPage):
    model = Position
    form_class = RuleDeferralForm
    argument, verb, submit_label = "position", "提请裁定暂缓条件已解决", "提请裁定"
    rule, command = ruling_rules.can_rule_on, rulings.rule_deferral

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(stance=Stance.DEFER).select_related("item__meeting__group__season", "seat")

    def home_of(self, record: Position | DeferralMotion) -> str:
        position = record if isinstance(record, Position) else record.position
        return reverse("meetings:item", args=[position.item_id])

    def consequences(self) -> list[str]:
        return ["由在场成员表示意见，提出暂缓的人除外；过半数认为已解决的，暂缓解除。", "提请、意见和理由写入纪要。"]


class AnswerRulingPage(ActPage):
    model = DeferralMotion
    form_class = RulingForm
    argument, verb, submit_label = "motion", "表示意见", "提交"
    template_name = "meetings/ruling.html"
    rule, command = ruling_rules.can_answer_motion, rulings.answer_ruling

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("position__item__meeting__group__season", "position__seat", "put_by")
        )

    def home_of(self, record: Any) -> str:
        return reverse("meetings:item", args=[self.object.position.item_id])

    def run(self, form: forms.Form) -> Any:
        reason = form.cleaned_data["reason"]
        return rulings.answer_ruling(
            actor=self.request.user, reason=reason, motion=self.object, agrees=form.cleaned_data["agrees"]
        )


class RemarkPage(OfItem):
    form_class = RemarkForm
    verb, submit_label = "填写监督意见", "提交意见"
    rule, command = remark_rules.can_give_remark, supervision.give_remark

    def consequences(self) -> list[str]:
        return ["监督意见不是表决。“制止”的，决议在答复并经您认可前不得执行。", "提交后不能改动。"]


class OfRemark(ActPage):
    """The remark and its answer stand before the button."""

    model = SupervisorRemark
    argument = "remark"
    template_name = "meetings/remark.html"

    def get_queryset(self) -> Any:
        related = ("item__meeting__group__season", "item__group__season", "seat__person", "answered_by")
        return super().get_queryset().select_related(*related)

    def home_of(self, record: Any) -> str:
        return reverse("meetings:item", args=[self.object.item_id])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "rejections": self.object.rejections.select_related("answered_by")}


class RemarkAnswerPage(OfRemark):
    form_class = AnswerForm
    verb, submit_label = "答复监督意见", "答复"
    rule, command = remark_rules.can_answer_remark, supervision.answer_remark


class RemarkSettlePage(OfRemark):
    form_class = ReasonForm
    verb, submit_label = "认可答复", "认可"
    rule, command = remark_rules.can_settle_remark, supervision.settle_remark

    def context(self) -> dict[str, Any]:
        return {**super().context(), "otherwise": reverse("meetings:remark-reject", args=[self.object.pk])}


class RemarkRejectPage(OfRemark):
    form_class = ReasonForm
    verb, submit_label, submit_style = "不认可答复", "不认可", "danger"
    rule, command = remark_rules.can_reject_answer, supervision.reject_answer

    def consequences(self) -> list[str]:
        return ["答复和不认可的理由一并留存；监督意见等待再次答复，制止的继续暂停。"]


class OfSupervisor(ActPage):
    model = Seat
    argument = "seat"
    rule = supervision_rules.can_change_supervisor

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(kind=SeatKind.SUPERVISOR)
        return rows.select_related("meeting__group__season", "person")

    def home_of(self, record: Any) -> str:
        return reverse("meetings:one", args=[self.object.meeting_id])


class ExcuseSupervisorPage(OfSupervisor):
    form_class = ReasonForm
    verb, submit_label = "监督人员免予列席", "免予列席"
    command = supervision.excuse_supervisor

    def consequences(self) -> list[str]:
        return ["本次会议不再等待其监督意见；原因写入参会名单。能有人接替的，请登记接替。"]


class ReplaceSupervisorPage(OfSupervisor):
    form_class = ReplaceForm
    verb, submit_label = "接替监督人员", "接替"
    command = supervision.replace_supervisor

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def consequences(self) -> list[str]:
        return ["接替人进入参会名单，签到后填写尚缺的监督意见。"]
