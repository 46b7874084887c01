"""The calculator's form: a start, a policy (known or typed in), pauses and an extension."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from admissions.core.forms import DayField, Text

from .enums import LastDay, PauseReason, Unit
from .policy import Extension, InstantPause, Pause, Policy

PAUSES = 2
OWN = "own"


def day_field(label: str, **kwargs: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def time_field(label: str, **kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False, **kwargs)


class CalculatorForm(forms.Form):
    """What is to be counted; `own` fields are asked for only when no known policy is chosen."""

    policy = forms.ChoiceField(label="期限规则")
    starts_on = day_field("起算日期")
    starts_time = time_field("起算时刻", help_text="按小时计算的期限须填。")
    length = forms.IntegerField(label="期限长度", min_value=1, max_value=3650, required=False)
    unit = forms.ChoiceField(
        label="单位", choices=[(u.value, u.label.removeprefix("个")) for u in Unit], required=False
    )
    clause = Text(label="依据", max_length=200, required=False)
    last_day = forms.ChoiceField(label="末日遇休息日", choices=LastDay.choices, required=False)
    last_day_clause = Text(label="顺延的依据", max_length=200, required=False)
    extension = forms.IntegerField(label="延长", min_value=1, max_value=3650, required=False)
    approver = Text(label="批准人", max_length=60, required=False)
    ground = Text(label="延长理由", max_length=200, required=False)

    def __init__(self, *args: Any, policies: dict[str, Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies = policies
        self.fields["policy"].choices = [*((key, policy.name) for key, policy in policies.items()), (OWN, "自行填写")]
        self.fields["policy"].initial = next(iter(policies), OWN)
        self.fields["starts_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("policy") == OWN and not data.get("length") and "length" not in self.errors:
            self.add_error("length", "自行填写时须填期限长度。")
        if any(data.get(name) for name in ("approver", "ground")) and not data.get("extension"):
            self.add_error("extension", "请填写延长多少。")
        return data

    def chosen_policy(self) -> Policy:
        """The known policy, or the one typed in: it lets every reason pause and any extension through, as stated."""
        data = self.cleaned_data
        if data["policy"] != OWN:
            return self.policies[data["policy"]]
        return Policy(
            "自行填写的期限",
            data["length"],
            Unit(data["unit"] or Unit.WORKING_DAYS),
            data["clause"],
            frozenset(PauseReason),
            data["extension"] or 0,
            data["approver"],
            LastDay(data["last_day"] or LastDay.STAYS),
            data["last_day_clause"],
        )

    def start(self, unit: Unit) -> Any:
        """A day, or for hours an instant (None for its missing time is refused by the engine)."""
        data = self.cleaned_data
        if unit != Unit.HOURS or data["starts_time"] is None:
            return data["starts_on"]
        return timezone.make_aware(datetime.combine(data["starts_on"], data["starts_time"]))

    def extensions(self) -> list[Extension]:
        data = self.cleaned_data
        return [Extension(data["extension"], data["approver"], data["ground"])] if data["extension"] else []


class PauseForm(forms.Form):
    """One pause; an empty row is left out."""

    reason = forms.ChoiceField(label="暂停事由", choices=[("", "无"), *PauseReason.choices], required=False)
    first = day_field("自", required=False)
    first_time = time_field("时刻")
    last = day_field("至", required=False)
    last_time = time_field("时刻")
    evidence = Text(label="凭据", max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        given = [data.get(name) for name in ("reason", "first", "last")]
        if any(given) and not all(given):
            raise forms.ValidationError("暂停须同时填写事由和起止日期。")
        return data

    def pause(self, unit: Unit) -> Pause | InstantPause | None:
        data = self.cleaned_data
        if not data.get("reason"):
            return None
        reason = PauseReason(data["reason"])
        if unit != Unit.HOURS:
            return Pause(reason, data["first"], data["last"], data["evidence"])
        starts = datetime.combine(data["first"], data["first_time"] or datetime.min.time())
        ends = datetime.combine(data["last"], data["last_time"] or datetime.min.time())
        return InstantPause(reason, timezone.make_aware(starts), timezone.make_aware(ends), data["evidence"])


PauseForms = forms.formset_factory(PauseForm, extra=PAUSES, max_num=PAUSES, absolute_max=PAUSES)
