"""Forms check shape; commands check right."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.core.forms import DayField, ReasonForm, Text
from workgroups.appointments.models import Appointment
from workgroups.groups.models import WorkGroup

from .enums import STRENGTH, OpinionKind
from .models import Opinion

TALL = {"rows": 6}
EVIDENCE = "PDF、Word、Excel 或图片。不得上传国家秘密。"
USUAL_DAYS = 3


def due_field() -> DayField:
    return DayField(
        label="答复期限",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="到这一天 23:59 为止。",
    )


def usual_due() -> object:
    return timezone.localdate() + timedelta(days=USUAL_DAYS)


class FlagForm(forms.Form):
    reason = Text(
        label="问题", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明这条留痕哪里有疑问。只有监督员看得到。",
    )  # fmt: skip


class OpinionForm(forms.Form):
    group = forms.ModelChoiceField(label="被监督工作组", queryset=WorkGroup.objects.none(), empty_label="请选择")
    kind = forms.ChoiceField(label="种类", choices=OpinionKind.choices, widget=forms.RadioSelect)
    title = Text(label="标题", max_length=100)
    text = Text(
        label="发现的问题和要求", max_length=3000, widget=forms.Textarea(attrs=TALL),
        help_text="写明时间、事项、依据的事实，要求做到什么。",
    )  # fmt: skip
    clause = Text(label="依据", max_length=300, required=False, help_text="文件和条款，例如：《……规定》第六条。")
    person = forms.ModelChoiceField(
        label="涉及人员", queryset=User.objects.none(), required=False, empty_label="不涉及具体人员",
        help_text="选了人员的，应当回避此人的人看不到这份意见。",
    )  # fmt: skip
    due_on = due_field()

    def __init__(self, *args: Any, user: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = WorkGroup.objects.visible_to(user).of_season(season).standing()
        mine = [
            g.pk for g in groups if has_permission(user, Permission.SUPERVISE, season_id=g.season_id, group_id=g.pk)
        ]
        self.fields["group"].queryset = groups.filter(pk__in=mine)
        seated = Appointment.objects.filter(post__group__in=mine).values("person")
        self.fields["person"].queryset = User.objects.visible_to(user).filter(pk__in=seated).order_by("name_sort")


class AnswerForm(forms.Form):
    text = Text(
        label="整改情况",
        max_length=3000,
        widget=forms.Textarea(attrs=TALL),
        help_text="查明了什么、做了什么、怎样防止再次发生。",
    )
    file = forms.FileField(label="佐证材料", required=False, help_text=EVIDENCE)


class ReturnForm(ReasonForm):
    due_on = due_field()


class RecurrenceForm(ReasonForm):
    kind = forms.ChoiceField(label="种类", choices=OpinionKind.choices, widget=forms.RadioSelect)
    text = Text(label="再次出现的问题和要求", max_length=3000, widget=forms.Textarea(attrs=TALL))
    due_on = due_field()
    field_order = ["kind", "text", "due_on", "reason"]

    def __init__(self, *args: Any, opinion: Opinion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = STRENGTH.index(opinion.kind)
        self.fields["kind"].choices = [pair for pair in OpinionKind.choices if STRENGTH.index(pair[0]) >= least]
