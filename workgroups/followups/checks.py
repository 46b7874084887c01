"""At start: whatever has tasks of 督办 answers for them, and whatever answers has tasks."""

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.core.checks import Error, register

from .models import FollowUp
from .origins import kinds


@register("followups")
def origins_are_provided(app_configs: Any, **kwargs: Any) -> list[Error]:
    ordering = {model for model in apps.get_models() if _has_tasks(model)}
    provided = {kind.model for kind in kinds()}
    silent = [
        Error(
            f"{model._meta.label} has tasks of 督办, and nobody answers for them: provide an Origin",
            id="followups.E001",
        )
        for model in sorted(ordering - provided, key=str)
    ]
    without = [
        Error(f"{model._meta.label} provides an Origin without a GenericRelation to FollowUp", id="followups.E002")
        for model in sorted(provided - ordering, key=str)
    ]
    twice = [
        Error(f"{kind.model._meta.label} has more than one Origin", id="followups.E003")
        for kind in kinds()
        if sum(other.model is kind.model for other in kinds()) > 1
    ]
    return silent + without + twice


def _has_tasks(model: Any) -> bool:
    return any(
        isinstance(field, GenericRelation) and field.related_model is FollowUp for field in model._meta.private_fields
    )
