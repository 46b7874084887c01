"""Forms of what happens in the room: opening, signing in, entering for a member, ruling, supervising."""

from typing import Any

from django import forms

from admissions.core.forms import ReasonForm, Text
from workgroups.appointments.forms import PeopleForm, PersonField

from . import sitting_rules
from .enums import PresenceKind, RemarkKind
from .forms import PositionForm
from .models import Meeting, Seat


class OpenForm(ReasonForm):
    """Asks only for what this opening needs."""

    led_by = forms.ModelChoiceField(
        label="代为主持",
        queryset=Seat.objects.none(),
        empty_label="请选择",
        help_text="主要负责人不在会场，由到会的成员代为主持。",
    )
    early_reason = Text(label="提前开会的理由", max_length=200, help_text="还没有到通知的开会时间。")
    field_order = ["led_by", "early_reason", "reason"]

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sitting_rules.head_is_in_the_room(meeting):
            del self.fields["led_by"]
        else:
            present = [seat.pk for seat in sitting_rules.voters_in_the_room(meeting)]
            self.fields["led_by"].queryset = Seat.objects.filter(pk__in=present).order_by("order", "id")
        if not sitting_rules.is_early(meeting):
            del self.fields["early_reason"]


class PresenceForm(ReasonForm):
    """Before signing in begins only an excuse can be given."""

    kind = forms.ChoiceField(
        label="到会情况", choices=[choice for choice in PresenceKind.choices if choice[0] != PresenceKind.OBSERVING]
    )
    field_order = ["kind", "reason"]

    def __init__(self, *args: Any, may_sign_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_sign_in:
            self.fields["kind"].choices = [(PresenceKind.EXCUSED.value, PresenceKind.EXCUSED.label)]
        self.fields["reason"].required = False
        self.fields["reason"].help_text = "请假和回避离场须写明原因。"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") in (PresenceKind.EXCUSED, PresenceKind.RECUSED) and not data.get("reason"):
            self.add_error("reason", "请假和回避离场须写明原因。")
        return data


class LeaveForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "离席原因"
        self.fields["reason"].help_text = "写入到会情况和纪要，例如：接电话。"


class EnteredPositionForm(PositionForm):
    """What a member in the room says, who has stated nothing yet."""

    seat = forms.ModelChoiceField(label="成员", queryset=Seat.objects.none(), empty_label="请选择")
    field_order = ["seat", "stance", "text"]

    def __init__(self, *args: Any, seats: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = seats


class DisputeForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "本人的意见"
        self.fields["reason"].help_text = "写明哪里与本人所说不符，将与代录的表态一并留存。"


class RuleDeferralForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "条件如何得到解决"


class RulingForm(ReasonForm):
    agrees = forms.TypedChoiceField(
        label="暂缓的条件",
        choices=[("1", "已解决"), ("0", "没有解决")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    field_order = ["agrees", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "意见"
        self.fields["reason"].required = False
        self.fields["reason"].help_text = "认为没有解决的，须写明理由。"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("agrees") is False and not data.get("reason"):
            self.add_error("reason", "认为没有解决的，须写明理由。")
        return data


class RemarkForm(ReasonForm):
    kind = forms.ChoiceField(label="监督意见", choices=RemarkKind.choices, widget=forms.RadioSelect)
    field_order = ["kind", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "说明"
        self.fields["reason"].required = False
        self.fields["reason"].help_text = "“无异议”可以不写；提醒、制止和要求复议须写明。"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") not in (None, RemarkKind.NONE) and not data.get("reason"):
            self.add_error("reason", "提醒、制止和要求复议须写明说明。")
        return data


class AnswerForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "答复"
        self.fields["reason"].help_text = "由发表意见的监督人员认可；不认可的，须再次答复。"


class ReplaceForm(PeopleForm):
    person_fields = ("person",)
    person = PersonField(label="接替人")
    field_order = ["person", "reason"]
