from typing import Any

from django import forms

from admissions.core.forms import ReasonForm, Text

from .enums import Conclusion
from .models import LEAST_MINUTES, LONGEST, BreakGlassAccess


def scope_choices(name: str) -> Any:
    """Seasons and groups live in apps above this one; the access's own foreign keys know them."""
    return BreakGlassAccess._meta.get_field(name).related_model._default_manager


class RequestForm(ReasonForm):
    """What to read, where, for how long, and why it cannot wait."""

    season = forms.ModelChoiceField(label="录取季", queryset=BreakGlassAccess.objects.none(), empty_label="请选择")
    group = forms.ModelChoiceField(
        label="限于工作组",
        queryset=BreakGlassAccess.objects.none(),
        required=False,
        empty_label="整个录取季",
        help_text="只需查阅一个工作组的，请选定，不要申请整个录取季。",
    )
    purpose = Text(label="查阅什么", max_length=300, help_text="写明哪些记录、用来办什么事。")
    minutes = forms.IntegerField(
        label="时长（分钟）", min_value=LEAST_MINUTES, max_value=int(LONGEST.total_seconds() // 60), initial=30
    )
    field_order = ("season", "group", "purpose", "minutes", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["season"].queryset = scope_choices("season").filter(is_template=False).order_by("-year", "-id")
        self.fields["group"].queryset = (
            scope_choices("group")
            .filter(season__is_template=False)
            .select_related("season")
            .order_by("season", "order")
        )
        self.fields["reason"].label = "为什么紧急"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        group, season = data.get("group"), data.get("season")
        if group and season and group.season_id != season.pk:
            self.add_error("group", "这个工作组不属于所选的录取季，请改正。")
        return data


class ReviewForm(ReasonForm):
    """Conclusion and note; the note is the reason on record."""

    conclusion = forms.ChoiceField(label="复核结论", choices=[("", "请选择"), *Conclusion.choices])
    review_note = Text(
        label="复核意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="查阅的内容与所述用途是否一致，有无多余。",
    )
    field_order = ("conclusion", "review_note", "reason")
