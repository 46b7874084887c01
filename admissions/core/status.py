"""Status words: the enum's label everywhere, with one tone for its colour and icon."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import TextChoices

TONES = ("muted", "info", "success", "warning", "danger")
E = TypeVar("E", bound=type[TextChoices])
# A model field keeps only the choices of its enum; this leads back to the enum.
_by_choices: dict[tuple[tuple[str, str], ...], type[TextChoices]] = {}


def tones(**tone_of: str) -> Callable[[E], E]:
    """Give each member of a `TextChoices` a tone: `@tones(DRAFT="muted", ACTIVE="success")`."""

    def decorate(enum: E) -> E:
        names = set(enum.__members__)
        if names != set(tone_of) or not set(tone_of.values()) <= set(TONES):
            raise TypeError(f"{enum.__name__}: every member needs one tone of {TONES}")
        by_value = {enum[name].value: tone for name, tone in tone_of.items()}
        enum.tone = property(lambda member: by_value[member.value])  # type: ignore[attr-defined]  # added here
        kind: type[TextChoices] = enum
        _by_choices[_key(kind.choices)] = kind
        return enum

    return decorate


def enum_of_choices(choices: Iterable[tuple[Any, Any]]) -> type[TextChoices] | None:
    """The toned enum a field was declared with, or None."""
    return _by_choices.get(_key(choices))


def _key(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices)
