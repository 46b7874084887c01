"""用途: data leave as a file for a stated purpose, which the ledger keeps (#108)."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from admissions.core.forms import Text


class Purpose(TextChoices):
    WORK = "work", "工作办理"
    SUPERVISION = "supervision", "监督检查"
    ARCHIVE = "archive", "归档"
    OTHER = "other", "其他"


class PurposeForm(forms.Form):
    """Sent by GET together with the filters of the list, so that the file follows the question at once."""

    purpose = forms.ChoiceField(label="用途", choices=Purpose.choices, widget=forms.RadioSelect)
    purpose_note = Text(
        label="具体说明",
        required=False,
        max_length=200,
        help_text="选“其他”时必填，例如：报送教育厅学生处。",
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("purpose") == Purpose.OTHER and not data.get("purpose_note", "").strip():
            self.add_error("purpose_note", "用途选“其他”的，请写明用来做什么。")
        return data

    def words(self) -> str:
        label, note = Purpose(self.cleaned_data["purpose"]).label, self.cleaned_data["purpose_note"].strip()
        return f"{label}：{note}" if note else str(label)


def stated(request: HttpRequest, usual: str = "") -> PurposeForm:
    """The purpose in the address; not bound while none was stated. `usual`: what is chosen beforehand."""
    return PurposeForm(request.GET if "purpose" in request.GET else None, initial={"purpose": usual})


def ask(request: HttpRequest, form: PurposeForm, title: str, crumbs: list[tuple[str, str]], back: str) -> HttpResponse:
    """The page that asks before the file is given; everything else in the address is kept."""
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name not in form.fields]
    context = {"page_title": title, "crumbs": crumbs, "form": form, "kept": kept, "back_url": back}
    return render(request, "ui/purpose_page.html", context, status=422 if form.is_bound else 200)
