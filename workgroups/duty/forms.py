from typing import Any

from django import forms

from admissions.accounts.forms import PasswordReentryForm
from admissions.core.forms import ReasonForm, Text
from workgroups.appointments.enums import RightArea
from workgroups.appointments.forms import PeriodForm, PersonField, people_for


class DelegateForm(PeriodForm):
    deputy = PersonField(label="代岗人", help_text="须与本岗位同样培训合格、回避核清，且不任不相容的岗位。")
    areas = forms.MultipleChoiceField(
        label="代岗事项", widget=forms.CheckboxSelectMultiple, help_text="没有勾选的事项，代岗人不能办理。"
    )
    scope = Text(label="说明", max_length=200, required=False)
    field_order = ["deputy", "starts_at", "ends_at", "areas", "scope", "reason"]

    def __init__(self, *args: Any, user: Any, areas: list[RightArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [(area.value, area.label) for area in areas]
        self.fields["areas"].initial = [area.value for area in areas]
        self.fields["deputy"].queryset = people_for(user)
        self.fields["ends_at"].required = True
        self.fields["ends_at"].help_text = "代岗须有截止时间。"


class HandoverForm(ReasonForm):
    receiver = PersonField(label="接收人")
    remarks = Text(
        label="补充说明",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="钥匙、印章、介质等实物，以及系统里没有的事项。",
    )
    field_order = ["receiver", "remarks", "reason"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = people_for(user)
        self.fields["reason"].label = "离岗原因"


class SignForm(PasswordReentryForm):
    """Signing is the password alone; what is signed stands on the page."""
