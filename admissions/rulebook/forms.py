"""Forms of the rulebook: a clause is text in our own words, from an instant on, with how far it was checked."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from admissions.core.forms import DayField, InstantField, ReasonForm, Text

from .enums import ClauseCategory, SourceKind, Verification
from .models import RuleSource

CODE_HELP = "字母、数字和短横线；登记后不能更改。"


class MidnightField(DayField):
    """A day as the instant it begins, Beijing time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, initial=timezone.localdate, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class TextForm(ReasonForm):
    """What a new version needs."""

    text = Text(
        label="内容（转述）",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="用自己的话转述，不照抄原文；一条一义。",
    )
    verification = forms.ChoiceField(label="核实状态", choices=Verification.choices)
    effective_from = MidnightField(label="施行日期", help_text="自当日零时起。")


class ReviseForm(TextForm):
    field_order = ("text", "verification", "effective_from", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "修订依据和理由"


class ClauseForm(TextForm):
    source = forms.ModelChoiceField(
        label="来源",
        queryset=RuleSource.objects.all(),
        empty_label="请选择",
        widget=forms.Select(attrs={"data-picker": "1"}),
    )
    code = forms.SlugField(label="条款编号", max_length=60, help_text=CODE_HELP)
    number = Text(label="条号", max_length=40, required=False, help_text="如：第76条。")
    category = forms.ChoiceField(label="类别", choices=ClauseCategory.choices)
    title = Text(label="标题", max_length=80)
    applies_to = Text(label="责任主体", max_length=80, required=False)
    field_order = (
        "source",
        "code",
        "number",
        "category",
        "title",
        "applies_to",
        "text",
        "verification",
        "effective_from",
        "reason",
    )


class SourceForm(ReasonForm):
    code = forms.SlugField(label="来源编号", max_length=40, help_text=CODE_HELP)
    title = Text(label="名称", max_length=120, help_text="不带书名号。")
    kind = forms.ChoiceField(label="种类", choices=SourceKind.choices)
    issuer = Text(label="制定机关", max_length=80, required=False)
    document_number = Text(label="文号", max_length=60, required=False)
    issued = Text(label="公布时间", max_length=40, required=False)
    reference = Text(label="出处说明", max_length=300, required=False, help_text="从哪里读到：正文、转载或报道。")
    field_order = ("code", "title", "kind", "issuer", "document_number", "issued", "reference", "reason")


class RepealForm(ReasonForm):
    at = MidnightField(label="废止日期", help_text="自当日零时起不再施行。")
    field_order = ("at", "reason")


class VerifyForm(ReasonForm):
    verification = forms.ChoiceField(label="核实后的状态", choices=Verification.choices)
    field_order = ("verification", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "核实说明"
        self.fields["reason"].help_text = "写明对照了哪份文本的哪一条，将随条款显示。"


class InstantForm(forms.Form):
    """At which instant?"""

    at = InstantField(
        label="某一时刻施行的版本",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
