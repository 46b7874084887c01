"""Form fields that name a colleague, and an instant."""

from typing import Any

from django import forms

from admissions.core.forms import InstantField

from .models import User

PICKER = {"data-picker": "1"}
MOMENT = {"type": "datetime-local"}
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class MomentField(InstantField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=FORMATS, **kwargs)


class PersonField(forms.ModelChoiceField):
    """A person of the roster, with unit and staff number to tell namesakes apart."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=User.objects.none(), widget=forms.Select(attrs=PICKER), empty_label="请选择", **kwargs
        )

    def label_from_instance(self, person: User) -> str:
        unit = f"{person.organisation.name}，" if person.organisation else ""
        return f"{person.name}（{unit}{person.staff_number or person.username}）"


def people_for(user: Any) -> Any:
    return User.objects.visible_to(user).active().select_related("organisation")
