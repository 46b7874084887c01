from typing import Any

from django import forms

from admissions.accounts.forms import PasswordReentryForm
from admissions.core.forms import DayField, ReasonForm, Text
from admissions.rulebook.models import Clause
from workgroups.groups.enums import PostRank

from .enums import PledgeKind


class DraftForm(ReasonForm):
    opening = Text(label="正文开头", widget=forms.Textarea(attrs={"rows": 4}))
    clauses = forms.ModelMultipleChoiceField(
        label="承诺条款",
        queryset=Clause.objects.none(),
        widget=forms.SelectMultiple(attrs={"data-picker": "1", "size": 12}),
        help_text="条款文本取签订当日的现行版本；条款修订后，已签的人须补签变化的部分。",
    )
    closing = Text(label="正文结尾", widget=forms.Textarea(attrs={"rows": 3}))
    grace_days = forms.IntegerField(label="补签宽限天数", min_value=0, max_value=30, initial=3)
    field_order = ["opening", "clauses", "closing", "grace_days", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].queryset = (
            Clause.objects.filter(versions__isnull=False).distinct().select_related("source")
        )

    def clean_clauses(self) -> list[Clause]:
        return list(self.cleaned_data["clauses"])


class TemplateForm(DraftForm):
    name = Text(label="名称", max_length=80)
    kind = forms.ChoiceField(label="种类", choices=PledgeKind.choices)
    ranks = forms.MultipleChoiceField(
        label="由谁签", choices=PostRank.choices, widget=forms.CheckboxSelectMultiple, initial=PostRank.values
    )
    field_order = ["name", "kind", "ranks", "opening", "clauses", "closing", "grace_days", "reason"]


class SignPledgeForm(PasswordReentryForm):
    """What is signed stands on the page; the form carries its hash, so that nothing else can be signed."""

    agreed = forms.BooleanField(
        label="我已逐条阅读，承诺遵守。", error_messages={"required": "请先勾选“我已逐条阅读，承诺遵守”。"}
    )
    seen_hash = Text(widget=forms.HiddenInput)
    field_order = ["agreed", "seen_hash", "own_password"]


class DeclineForm(PasswordReentryForm, ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "拒签理由"
        self.fields["reason"].help_text = "组长、行政秘书和驻点监督员可以看到；拒签期间不能上岗。"


class VerifyForm(forms.Form):
    code = Text(label="核验编号", max_length=20, help_text="承诺书上的12位编号，可含短横线。")

    def clean_code(self) -> str:
        letters = "".join(self.cleaned_data["code"].upper().split()).replace("-", "")
        return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


class ScanForm(ReasonForm):
    signed_on = DayField(label="纸上签名日期", widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label="扫描件", help_text="PDF、JPG 或 PNG，签名和每一页内容须清楚可辨。")
    field_order = ["signed_on", "file", "reason"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".pdf", ".jpg", ".jpeg", ".png")):
            raise forms.ValidationError("扫描件须是 PDF、JPG 或 PNG。")
        return file


class CompareForm(PasswordReentryForm, ReasonForm):
    """What was compared and how; the password is entered again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "核对意见"
        self.fields["reason"].help_text = "写明怎样核对的，例如：逐页核对文本，签名与入职登记表一致。"


class DisownForm(PasswordReentryForm, ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "异议理由"
