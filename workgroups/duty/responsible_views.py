"""The page “who was responsible at time t” (#4)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from admissions.core.forms import InstantField
from admissions.seasons.pages import OfSeasonPage
from workgroups.appointments.selectors import responsible_at
from workgroups.groups.models import Step

from .responsible import lines_for, rules_for


class InstantForm(forms.Form):
    step = forms.ModelChoiceField(label="环节", queryset=Step.objects.none(), empty_label="请选择")
    at = InstantField(
        label="时刻",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = season.steps.all()


class ResponsiblePage(OfSeasonPage):
    """Season, step and instant lead to the people who answered for it then."""

    template_name = "duty/responsible.html"
    page_title = "何时谁负责"
    above = (("工作组", "groups:list"),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = "step" in request.GET
        self.form = InstantForm(
            request.GET if asked else None, season=self.season, initial={"at": timezone.localtime()}
        )
        answer = responsible_at(**self.form.cleaned_data) if asked and self.form.is_valid() else None
        return self.show(
            answer=answer,
            lines=lines_for(request.user, answer) if answer else [],
            rules=rules_for(request.user, answer) if answer else [],
            filter_form=self.form,
        )
