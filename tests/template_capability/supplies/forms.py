from typing import Any

from django import forms

from admissions.accounts.models import User
from admissions.core.forms import Text
from workgroups.groups.models import WorkGroup


class HandOutForm(forms.Form):
    group = forms.ModelChoiceField(label="工作组", queryset=WorkGroup.objects.none())
    item = Text(label="物品", max_length=100)
    taken_by = forms.ModelChoiceField(label="领用人", queryset=User.objects.none())

    def __init__(self, *args: Any, reader: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = WorkGroup.objects.visible_to(reader).of_season(season)
        self.fields["taken_by"].queryset = User.objects.visible_to(reader).active()
