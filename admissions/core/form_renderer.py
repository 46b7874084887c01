"""Form fields drawn without a template for each option and each attribute: a filter row of ten fields took two milliseconds.

The markup is that of Django's own widget templates, which draw everything not named here; a test compares the two.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def _attributes(attrs: dict[str, Any]) -> str:
    """As `widgets/attrs.html`: what is False is left out, what is True stands without a value."""
    shown = [(name, value) for name, value in attrs.items() if value is not False]
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"' for name, value in shown
    )


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escape(widget["value"])}"'
    return (
        f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
    )


def _select(widget: dict[str, Any]) -> str:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>{groups}\n</select>'


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    drawn = "".join(
        f'\n  <option value="{escape(option["value"])}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'
        for option in options
    )
    return f'\n  <optgroup label="{escape(name)}">{drawn}\n  </optgroup>' if name else drawn


FOLDER = "django/forms/widgets"
DRAWN: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"{FOLDER}/{kind}.html": _input for kind in ("text", "number", "date", "datetime", "hidden")},
    f"{FOLDER}/select.html": _select,
}


class FormRenderer(DjangoTemplates):
    """For `FORM_RENDERER`."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = DRAWN.get(template_name)
        if draw is None:
            return mark_safe(super().render(template_name, context, request))
        return mark_safe(draw(context["widget"]))
