"""The words of planted rows that carry the name of the member or the institution: what a walk for leaks looks for."""

from django.apps import apps
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.core.names import NameKey
from tests.house.world import INSTITUTION_NAME, MEMBER_NAME


def audited() -> list[type[AuditedModel]]:
    return [model for model in apps.get_models() if issubclass(model, AuditedModel)]


def can_name_somebody() -> list[type[AuditedModel]]:
    """Models that hide rows from the recused and hold people's words."""
    return [model for model in audited() if getattr(model, "RECUSAL_PATHS", None) and columns_of(model)]


def columns_of(model: type[models.Model]) -> list[str]:
    """Columns for people's words: text that is neither chosen from a list nor computed."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or isinstance(field, NameKey))
    ]


def marked_words(model: type[models.Model]) -> set[str]:
    """What stands in them with one of the names in it; the bare name only where there is nothing else."""
    found = set()
    for column in columns_of(model):
        named = Q(**{f"{column}__contains": MEMBER_NAME}) | Q(**{f"{column}__contains": INSTITUTION_NAME})
        found |= set(model._base_manager.filter(named).values_list(column, flat=True))
    return found - {MEMBER_NAME, INSTITUTION_NAME} or found
