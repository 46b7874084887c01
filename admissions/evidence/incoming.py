"""The file a form brought along."""

from django import forms

from admissions.core.decision import Refused

from .filetypes import FileRefused
from .storage import Incoming


def incoming_of(form: forms.Form) -> Incoming | None:
    """Take the form's `file` out of its data, on its way in; a file that is too big is refused in words."""
    upload = form.cleaned_data.pop("file", None)
    if upload is None:
        return None
    try:
        return Incoming(upload.chunks(), upload.name)
    except FileRefused as refusal:
        raise Refused(str(refusal)) from refusal
