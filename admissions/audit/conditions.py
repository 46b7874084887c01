"""Cleaning a record with few statements: Django asks each condition (check constraint) by itself, between two savepoints, and
of each foreign key whether the record is there.

A command that cleans a record of nine conditions and four keys spent most of its time on that.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, models, transaction

Condition = tuple[str, frozenset[str]]


class CheckedModel(models.Model):
    """Asks all conditions at once; where one does not hold, Django finds which and says it in its words."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Iterable[str] | None = None) -> None:
        """Without asking again whether records exist that were read from the database: what is referred to cannot be deleted."""
        super().clean_fields(exclude={*(exclude or ()), *_read_relations(self)})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self._holds_all = _hold(self, frozenset(exclude or ()))
        try:
            super().validate_constraints(exclude=exclude)
        finally:
            del self._holds_all

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        found = super().get_constraints()
        if not vars(self).get("_holds_all"):
            return found
        return [
            (model, [one for one in constraints if not isinstance(one, models.CheckConstraint)])
            for model, constraints in found
        ]


def _read_relations(row: models.Model) -> Iterator[str]:
    """Foreign keys whose record is at hand, as it was read; where a field takes only some records, it is asked."""
    for field in row._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or field.get_limit_choices_to():
            continue
        record = field.get_cached_value(row, default=None)
        if record is not None and not record._state.adding and record.pk == getattr(row, field.attname):
            yield field.name


def _hold(row: models.Model, exclude: frozenset[str]) -> bool:
    """Does the row keep all conditions of its model but those on excluded fields? No also where that cannot be asked."""
    asked = [(text, names) for text, names in _conditions(type(row)) if not names & exclude]
    if not asked:
        return True
    fields: list[Any] = [
        row._meta.get_field(name) for name in sorted(frozenset().union(*(names for _, names in asked)))
    ]
    values = [getattr(row, field.attname) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in values):  # the database will say what it is
        return False
    prepared = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
    columns = ", ".join(_column(field) for field in fields)
    conditions = " AND ".join(f"coalesce({text}, true)" for text, _ in asked)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {conditions} FROM (SELECT {columns}) AS row", prepared)
            return cursor.fetchone()[0]
    except DatabaseError:
        return False


@cache
def _conditions(model: type[models.Model]) -> list[Condition]:
    """Of each check constraint the text, for a statement with parameters, and the fields it looks at."""
    connection.ensure_connection()
    editor = connection.schema_editor()
    constraints: list[Any] = [one for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
    return [(one._get_check_sql(model, editor).replace("%", "%%"), _fields_in(model, one)) for one in constraints]


def _fields_in(model: Any, constraint: Any) -> frozenset[str]:
    names = {
        model._meta.pk.name if name == "pk" else name for name, *_ in model._get_expr_references(constraint.condition)
    }
    return frozenset(model._meta.get_field(name).name for name in names)


@cache
def _column(field: Any) -> str:
    """The value under its column's name, as its type; without the length, to which PostgreSQL would cut it."""
    kind = re.sub(r"\([^)]*\)", "", field.db_type(connection))
    return f"%s::{kind} AS {connection.ops.quote_name(field.column)}"
