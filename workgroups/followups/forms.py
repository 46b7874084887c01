from typing import Any

from django import forms

from admissions.core.forms import DayField, ReasonForm, Text
from workgroups.appointments.forms import PeopleForm, PersonField


class HandOnForm(PeopleForm):
    person_fields = ("assignee", "acceptor")
    assignee = PersonField(label="责任人")
    acceptor = PersonField(label="验收人", help_text="不能是责任人本人。")
    field_order = ["assignee", "acceptor", "reason"]


class AssignForm(HandOnForm):
    what = Text(label="任务", max_length=200)
    due_on = DayField(label="完成时限", widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ["what", "assignee", "acceptor", "due_on", "reason"]


class ReportForm(forms.Form):
    report = Text(label="办理情况", widget=forms.Textarea(attrs={"rows": 6}))
    file = forms.FileField(label="办理证据", required=False, help_text="PDF、Word、Excel 或图片。不得上传国家秘密。")


class RetractForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "收回事由"
        self.fields["reason"].help_text = "写明交办的依据为什么不再恢复。"


class AcceptForm(ReasonForm):
    is_done = forms.TypedChoiceField(
        label="验收结论", choices=[("yes", "已办结"), ("no", "退回重办")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, empty_value=None,
    )  # fmt: skip
    field_order = ["is_done", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "验收意见"
