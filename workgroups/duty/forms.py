from typing import Any

from django import forms

from admissions.accounts.forms import PasswordReentryForm
from admissions.core.forms import ReasonForm
from workgroups.appointments.forms import PeriodForm, PersonField, people_for


class DelegateForm(PeriodForm):
    deputy = PersonField(label="代岗人", help_text="须与本岗位同样培训合格、回避核清，且不任不相容的岗位。")
    scope = forms.CharField(label="代岗事项", max_length=200)
    field_order = ["deputy", "starts_at", "ends_at", "scope", "reason"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = people_for(user)
        self.fields["ends_at"].required = True
        self.fields["ends_at"].help_text = "代岗须有截止时间。"


class HandoverForm(ReasonForm):
    receiver = PersonField(label="接收人")
    remarks = forms.CharField(
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
