from typing import Any

from django import forms

from admissions.core.forms import DayField, InstantField, ReasonForm, Text

from .enums import StageKind, Subject

INSTANT = "%Y-%m-%dT%H:%M"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class InstantInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=INSTANT)


class BatchForm(ReasonForm):
    """Name, subject, place in the order, first and last day."""

    name = Text(label="批次名称", max_length=60, help_text="例：本科提前批、本科批、高职专科批。")
    subject = forms.ChoiceField(label="科类", choices=Subject.choices)
    order = forms.IntegerField(label="顺序", min_value=1, max_value=999, help_text="按录取先后，从1开始。")
    starts_on = DayField(label="开始日期", widget=DayInput, required=False)
    ends_on = DayField(label="结束日期", widget=DayInput, required=False, help_text="日期未定的，两个日期都不填。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "写明所据的工作日程或通知，将原样留痕。"
        self.order_fields(["name", "subject", "order", "starts_on", "ends_on", "reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if "starts_on" in data and "ends_on" in data and bool(starts_on) != bool(ends_on):
            self.add_error("starts_on" if ends_on else "ends_on", "开始和结束日期须同时填写。")
        elif starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期早于开始日期，请改正。")
        return data


class StageForm(ReasonForm):
    """Kind, own name, from when to when."""

    kind = forms.ChoiceField(label="阶段", choices=StageKind.choices)
    label = Text(
        label="名称",
        max_length=40,
        required=False,
        help_text="有专门叫法时填写，例：第一次征集志愿填报。不填用阶段名。",
    )
    starts_at = InstantField(label="开始时间", widget=InstantInput)
    ends_at = InstantField(label="结束时间", widget=InstantInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "写明所据的工作日程或通知，将原样留痕。"
        self.order_fields(["kind", "label", "starts_at", "ends_at", "reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", "结束时间不晚于开始时间，请改正。")
        return data
