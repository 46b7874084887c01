from django import forms

from admissions.core.forms import ReasonForm, Text

from .enums import ReviewFinding


class DismissForm(forms.Form):
    reason = Text(
        label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明看了什么、为什么不需要进一步处理。",
    )  # fmt: skip


class ReviewForm(ReasonForm):
    finding = forms.ChoiceField(label="结论", choices=ReviewFinding.choices, widget=forms.RadioSelect)
    field_order = ["finding", "reason"]
