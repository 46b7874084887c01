"""The last door for text: what forms and imports would have cleaned is refused, so that no digest is computed over one text and
another is kept.
"""

from collections.abc import Callable, Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models

from admissions.core.text import cleaned, fault_of

UNSEEN = "含有看不见的字符，请重新输入。"


@cache
def words_of(model: type[models.Model]) -> tuple[str, ...]:
    """Columns for people's words: text that is not chosen from a list and not made by the program."""
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
    )


def require_clean_words(
    instance: models.Model, is_as_it_was: Callable[[Iterable[str]], bool] = lambda names: False
) -> None:
    """What an older version let in stays until it is changed.  Raises ValidationError, by field."""
    faults = {name: fault for name in words_of(type(instance)) if (fault := _fault_in(getattr(instance, name)))}
    spoiled = {name: fault for name, fault in faults.items() if not is_as_it_was([name])}
    if spoiled:
        raise ValidationError(spoiled)


def _fault_in(text: object) -> str:
    if not isinstance(text, str) or (kept := cleaned(text)) is text:
        return ""
    return fault_of(text) or ("" if kept == text else UNSEEN)
