"""Whatever hides rows from the recused says so where the capability answers for itself."""

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from .collection import Declared


def subjects_are_named(found: list[Declared]) -> None:
    """Every model with paths of recusal is among the `subjects` of its capability, and no other is."""
    for one in found:
        inside = {model for model in apps.get_models() if model.__module__.startswith(f"{one.package}.")}
        hiding = {model for model in inside if _hides(model)}
        named = set(one.capability.subjects)
        for model in hiding ^ named:
            verb = "leaves out" if model in hiding else "names, without paths of recusal,"
            raise ImproperlyConfigured(f"{one.package}: `subjects` {verb} {model.__name__}")


def _hides(model: type) -> bool:
    return bool(getattr(model, "RECUSAL_PATHS", None)) and not model.__name__.startswith("Historical")
