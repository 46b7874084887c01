"""Forms check shape; commands check right."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms

from .clock import EARLIEST, LATEST, is_within_reach
from .text import cleaned, fault_of


class Asked(forms.CharField):
    """What is looked for: without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(cleaned(value) if isinstance(value, str) else value)


class Text(Asked):
    """Words that will be kept: as they were written, without what nobody sees; what cannot be kept is named.

    Every text field of the house is one; a password is not, whose signs are nobody's business.
    """

    def validate(self, value: Any) -> None:
        super().validate(value)
        if fault := fault_of(value or ""):
            raise forms.ValidationError(fault)


class SearchFilter(filters.CharFilter):
    """The search field of a list."""

    field_class = Asked


def within_reach(day: date) -> None:
    """No slip of the pen, and nothing to which no day can be added: `is_within_reach`."""
    if not is_within_reach(day):
        raise forms.ValidationError(f"年份应在{EARLIEST}至{LATEST}之间，请核对。")


class DayField(forms.DateField):
    """Every day that is typed in."""

    default_validators = [within_reach]


class InstantField(forms.DateTimeField):
    """Every instant that is typed in."""

    default_validators = [within_reach]


class ReasonForm(forms.Form):
    """A command that needs nothing but its reason."""

    reason = Text(
        label="事由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么这样办，将原样留痕。",
    )


class PlainForm(forms.Form):
    """A command without any field: the button alone."""
