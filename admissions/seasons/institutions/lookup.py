"""Schools as people write them: with brackets of either width, by code, by the usual short form."""

import re

from django import forms
from django.db.models import Q

from admissions.core.forms import Asked
from admissions.core.names import called, found_by
from admissions.core.text import as_code, folded

from .models import Institution

UNKNOWN = "名单中没有这所院校。请填写全称，或10位学校标识码。"
SHORTEST, LONGEST = 2, 8


def school_named(text: str) -> Q:
    """Rows whose name, sound or initials have the text, or of which it is a short form: 西交大 is 西安交通大学."""
    key = folded(text)
    found = found_by(text, "name_key")
    if SHORTEST <= len(key) <= LONGEST and re.fullmatch(r"[^\W\d_a-z]+", key):
        return found | Q(name__regex=".*".join(map(re.escape, key)))
    return found


def institution_called(text: str) -> Institution | None:
    """The school of this code or full name in any spelling; None where nothing is asked for.

    Raises ValidationError: no such school; several whose names differ in nothing but signs.
    """
    key = folded(text)
    if not key:
        return None
    found = list(Institution.objects.filter(Q(code=as_code(text)) | called(text))[:2])
    if not found:
        raise forms.ValidationError(UNKNOWN)
    if len(found) > 1:
        raise forms.ValidationError("名单中有不止一所院校叫这个名称。请填写10位学校标识码。")
    return found[0]


class InstitutionField(Asked):
    """An institution by its full name or its ten-digit code; cleans to the record or None."""

    def clean(self, value: object) -> Institution | None:
        return institution_called(super().clean(value))
