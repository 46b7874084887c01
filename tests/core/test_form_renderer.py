"""Fields drawn in Python are those of Django's templates, character by character but for blank lines."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import escape

from admissions.core.form_renderer import DRAWN, FormRenderer

HOSTILE = "\"><script>'&"


class Everything(forms.Form):
    text = forms.CharField(
        max_length=9, widget=forms.TextInput(attrs={"data-x": HOSTILE, "autofocus": True, "hidden": False})
    )
    number = forms.IntegerField(min_value=1, max_value=9)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    moment = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    secret = forms.CharField(widget=forms.HiddenInput)
    word = forms.ChoiceField(
        choices=[("", "全部"), ("a", HOSTILE), (HOSTILE, "乙")], widget=forms.Select(attrs={"data-picker": True})
    )
    grouped = forms.ChoiceField(choices=[("组" + HOSTILE, [("a", "甲"), ("b", "乙")]), ("c", "丙")])
    several = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "乙")])
    mark = forms.BooleanField(required=False)
    note = forms.CharField(widget=forms.Textarea)


def lines(form, renderer):
    form.renderer = renderer
    return ["".join(line.strip() for line in str(field).splitlines()) for field in form]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"initial": {"text": HOSTILE, "number": 0, "day": date(2026, 7, 8), "word": HOSTILE, "grouped": "b", "several": ["b"]}},
        {"data": {"text": HOSTILE, "number": HOSTILE, "day": "x", "word": "none of them", "several": ["a", "b"], "mark": "on"}},
    ],
)  # fmt: skip
def test_as_django_draws_them(given):
    ours, theirs = lines(Everything(**given), FormRenderer()), lines(Everything(**given), DjangoTemplates())
    assert ours == theirs
    assert not any(HOSTILE in line for line in ours)
    assert any(escape(HOSTILE) in line for line in ours)


def test_what_is_drawn_here_exists_in_django():
    assert all(DjangoTemplates().get_template(name) for name in DRAWN)
