"""Which records name somebody or something: by the paths they declare, and by the words people write."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Length, StrIndex

from admissions.core.capability import Slot


@dataclass(frozen=True)
class Naming:
    """How the things of one kind of subject are called: the field of their model; `shortest`: a shorter name may stand in any
    text by chance.
    """

    kind: str
    model: type[Model]
    field: str
    shortest: int = 2


NAMINGS: Slot[Naming] = Slot("namings", Naming)
# A word that finds more of a kind than this names none of them: 大学, 张.
MOST_MEANT, SHORTEST_SEARCH = 20, 2


def named_by_paths(record: Any) -> set[str]:
    """What hides the record from somebody recused: the keys at the end of its `RECUSAL_PATHS`."""
    found = set()
    for kind, path in getattr(record, "RECUSAL_PATHS", {}).items():
        value = record
        for step in path.split("__"):
            value = getattr(value, step, None)
        if value not in (None, ""):
            found.add(f"{kind}:{value}")
    return found


def records_named(kind: str, keys: Iterable[Any]) -> dict[str, list[str]]:
    """Label → primary keys, as text, of all records that name one of `keys`; one statement over all models with such a path."""
    first, *more = [_rows(model, path, list(keys)) for model, path in _models_with(kind)]
    found: dict[str, list[str]] = {}
    for label, key in first.union(*more, all=True):
        found.setdefault(label, []).append(key)
    return found


def _models_with(kind: str) -> list[tuple[Any, str]]:
    paths = [(model, getattr(model, "RECUSAL_PATHS", {}).get(kind)) for model in apps.get_models()]
    return [(model, path) for model, path in paths if path]


def _rows(model: Any, path: str, keys: list[Any]) -> QuerySet:
    rows = model._base_manager.filter(**{f"{path}__in": keys}).order_by()
    label = Value(model._meta.label_lower, CharField())
    return rows.annotate(_label=label, _key=Cast(F("pk"), CharField())).values_list("_label", "_key")


def meant_by(words: Iterable[str]) -> set[str]:
    """Subjects whom the words of a search name: whose name stands in them, or of whose name they are a part."""
    found: set[str] = set()
    for text in {"".join(word.split()) for word in words}:
        if len(text) >= SHORTEST_SEARCH:
            found |= {f"{naming.kind}:{key}" for naming in NAMINGS for key in _meant(naming, text)}
    return found


def _meant(naming: Naming, text: str) -> list[Any]:
    rows = naming.model._base_manager.order_by().values_list("pk", flat=True)
    named = rows.alias(_place=StrIndex(Value(text), F(naming.field)), _long=Length(naming.field))
    in_full = list(named.filter(_place__gt=0, _long__gte=naming.shortest))
    partly = list(rows.filter(**{f"{naming.field}__contains": text})[: MOST_MEANT + 1])
    return in_full + (partly if len(partly) <= MOST_MEANT else [])


def names_pattern(scope: Any) -> str:
    """A regular expression (PostgreSQL) that finds the names of those of a `RecusedScope`; empty where it has none."""
    names = {
        name
        for naming in NAMINGS
        if (keys := scope.keys(naming.kind))
        for name in naming.model._base_manager.filter(pk__in=keys).values_list(naming.field, flat=True)
        if len(name) >= naming.shortest
    }
    # 甲3 is not named by 甲35.
    return f"({'|'.join(sorted(re.escape(name) for name in names))})(?![0-9A-Za-z])" if names else ""
