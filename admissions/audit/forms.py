from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from admissions.core.forms import DayField, Text

from .enums import Outcome


class TrailFilterForm(forms.Form):
    """Filters of the trail; empty fields do not filter."""

    q = Text(label="姓名或对象", required=False, max_length=40)
    group = forms.TypedChoiceField(label="工作组", required=False, coerce=int, empty_value=None)
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])
    since = DayField(label="自", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = DayField(label="至", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, groups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = [("", "全部"), *groups]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "截止日期早于起始日期，请改正。")
        return data

    def interval(self) -> tuple[datetime | None, datetime | None]:
        """Half-open interval of local days."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        start = timezone.make_aware(datetime.combine(since, time.min)) if since else None
        end = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)) if until else None
        return start, end
