from datetime import datetime
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.people_fields import PICKER, MomentField, PersonField, people_for
from admissions.core.forms import ReasonForm, Text
from workgroups.groups.models import Post

from .enums import AppointmentKind

__all__ = ["PICKER", "MomentField", "PeopleForm", "PeriodForm", "PersonField", "people_for"]


class PeopleForm(ReasonForm):
    """A form with fields that name people."""

    person_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.person_fields:
            self.fields[name].queryset = people_for(user)


class PeriodForm(ReasonForm):
    """A period with an optional end, as a range that includes its start."""

    starts_at = MomentField(label="开始时间")
    ends_at = MomentField(label="结束时间", required=False, help_text="不填表示到录取季结束。")
    field_order: list[str] | None = ["starts_at", "ends_at", "reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.pop("starts_at", None), data.pop("ends_at", None)
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "结束时间须晚于开始时间。")
        elif starts:
            data["period"] = DateTimeTZRange(starts, ends)
        return data


class ProposeForm(PeriodForm):
    person = PersonField(label="人员")
    post = forms.ModelChoiceField(
        label="岗位", queryset=Post.objects.none(), widget=forms.Select(attrs=PICKER), empty_label="请选择"
    )
    kind = forms.ChoiceField(label="任职类型", choices=AppointmentKind.choices)
    basis = Text(
        label="任职依据", max_length=120, required=False, help_text="决议或文号；提名时可以先不填，确认时必填。"
    )
    field_order = ["person", "post", "kind", "starts_at", "ends_at", "basis", "reason"]

    def __init__(self, *args: Any, season: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_for(user)
        posts = Post.objects.of_season(season).filter(is_abolished=False)
        self.fields["post"].queryset = posts.select_related("group")


class ConfirmForm(ReasonForm):
    basis = Text(label="任职依据（决议或文号）", max_length=120)
    field_order = ["basis", "reason"]


def period_initial(period: Any) -> dict[str, datetime | None]:
    return {
        "starts_at": timezone.localtime(period.lower) if period.lower else None,
        "ends_at": timezone.localtime(period.upper) if period.upper else None,
    }
