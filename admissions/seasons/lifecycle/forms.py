from typing import Any

from django import forms
from django.utils import timezone

from admissions.core.forms import ReasonForm, Text

from .models import Season

LAST_YEAR = 2100


class SeasonForm(forms.Form):
    """Year and name."""

    year = forms.IntegerField(label="年份", min_value=2000, max_value=LAST_YEAR)
    name = Text(label="名称", max_length=60, help_text="例：2027年普通高校招生录取。")


class NewSeasonForm(SeasonForm):
    """A new season or template, from another one or empty."""

    source = forms.ModelChoiceField(
        label="复制自",
        queryset=Season.objects.none(),
        required=False,
        empty_label="不复制，从空白开始",
        help_text="复制工作组、岗位、批次等编排；签名、回避和任命不会带入。",
    )
    is_template = forms.BooleanField(label="存为模板", required=False, help_text="模板只供复制，不能开启。")

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        field.queryset = sources
        field.label_from_instance = _source_label
        self.order_fields(["source", "year", "name", "is_template"])
        self.fields["year"].initial = timezone.localdate().year + 1


def _source_label(season: Season) -> str:
    return f"{'模板' if season.is_template else '往季'}：{season.name}"


class CorrectSeasonForm(SeasonForm, ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["year", "name", "reason"])


class OpenSeasonForm(forms.Form):
    """On what basis; `seen` is the digest of the comparison the person looked at."""

    basis = Text(label="开启依据", max_length=200, help_text="会议决议编号，或工作方案的名称和文号。")
    seen = Text(widget=forms.HiddenInput, required=False)
