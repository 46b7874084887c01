"""What a file is attached to: whom those records name, the file names as well."""

from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import CharField, F, ForeignKey, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from admissions.audit.access import RecusedScope
from admissions.audit.models import AuditedModel


@cache
def _attaching(file: type[Model]) -> list[tuple[Any, str, dict[str, str]]]:
    """Models with a file, the field that leads to it, and their paths to what they name."""
    return [
        (model, field.name, model.RECUSAL_PATHS)
        for model in apps.get_models()
        if issubclass(model, AuditedModel) and model.RECUSAL_PATHS
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is file
    ]


def subjects_of(file: Model) -> set[str]:
    """Subjects of all records that the file is attached to; one statement."""
    rows = list(_named(file))
    if file.pk is None or not rows:
        return set()
    return set(rows[0].union(*rows[1:]))


def _named(file: Model) -> Iterator[QuerySet]:
    for model, field, paths in _attaching(type(file)):
        for kind, path in paths.items():
            key = Cast(F(path), CharField())
            subject = Concat(Value(f"{kind}:"), key, output_field=CharField())
            rows = model._base_manager.filter(**{field: file.pk, f"{path}__isnull": False}).order_by()
            yield rows.annotate(_subject=subject).exclude(_subject=f"{kind}:").values_list("_subject", flat=True)


def withheld_with(file: type[Model], scope: RecusedScope) -> Q:
    """Files attached to a record that names somebody of the scope."""
    found = [
        Q(pk__in=model._base_manager.filter(**{f"{path}__in": keys}).values(field))
        for model, field, paths in _attaching(file)
        for kind, path in paths.items()
        if (keys := scope.keys(kind))
    ]
    return reduce(or_, found) if found else Q(pk__in=[])
