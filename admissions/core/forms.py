"""Forms check shape; commands check right."""

from django import forms


class ReasonForm(forms.Form):
    """A command that needs nothing but its reason."""

    reason = forms.CharField(
        label="事由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么这样办，将原样留痕。",
    )


class PlainForm(forms.Form):
    """A command without any field: the button alone."""
