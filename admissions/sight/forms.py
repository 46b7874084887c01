from typing import Any

from django import forms

from admissions.accounts.people_fields import MomentField, PersonField, people_for
from admissions.core.forms import ReasonForm, Text

from .rules import LONGEST


class GiveForm(forms.Form):
    person = PersonField(label="查阅人")
    purpose = Text(label="用途", max_length=300, help_text="写明为办什么事需要查阅，将原样留痕。")
    basis = Text(label="依据", max_length=200, help_text="批示、文号或会议名单，如“省招委批〔2026〕3号”。")
    until = MomentField(label="截止时间", help_text=f"到时自动终止，最长{LONGEST.days}天。")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_for(user).exclude(pk=user.pk)


class WithdrawForm(ReasonForm):
    """Why the person is not to look any longer."""
