"""Arguments for any command, made of planted rows.

What a parameter is, `gate.py` beside the tests of the command's capability says (`builders`), else the annotation.
"""

import enum
import types
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Union, get_args, get_origin

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.gate import named_in
from admissions.audit.models import Event
from admissions.evidence.storage import Incoming
from tests.factories.files import pdf_file
from workgroups.recusal.enums import ScopeKind

from .gate import Builder, Command, builders_of, parameters
from .world import World

VALUES: dict[Any, Builder] = {
    str: lambda world: "文字",
    int: lambda world: 1,
    bool: lambda world: False,
    list: lambda world: [],
    dict: lambda world: {},
    datetime: lambda world: timezone.now(),
    date: lambda world: timezone.localdate(),
    DateTimeTZRange: lambda world: DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=1)),
    Incoming: lambda world: Incoming([pdf_file()], "附件.pdf"),
}


def arguments(world: World, run: Command) -> dict[str, Any]:
    """A value for every parameter; a parameter nobody can make fails here."""
    missing = unknown_to_all(run)
    assert not missing, f"{run.__module__}.{run.__name__}: no value for {missing}; say one in gate.py (builders)"
    return {name: make(world) for name, make in _makers(run).items() if make is not None}


def unknown_to_all(run: Command) -> list[str]:
    """The parameters for which neither `gate.py` nor the annotation has a value."""
    return sorted(name for name, make in _makers(run).items() if make is None)


def _makers(run: Command) -> dict[str, Builder | None]:
    own = builders_of(run)
    return {name: own.get(name) or by_annotation(hint) for name, hint in parameters(run).items()}


def by_annotation(hint: Any) -> Builder | None:
    """What makes a value of this kind; of several that are allowed, the first that can be made."""
    kinds = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return next((make for kind in kinds if (make := _by_kind(kind)) is not None), None)


def _by_kind(kind: Any) -> Builder | None:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (list, Sequence, Collection):
        one = _by_kind(inner[0])
        return (lambda world: [one(world)]) if one is not None and _is_model(inner[0]) else VALUES[list]
    if _is_model(kind):
        return lambda world: planted(world, kind)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return lambda world: next(iter(kind))
    return VALUES.get(origin or kind)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, models.Model) and not kind._meta.abstract


def planted(world: World, model: type[models.Model]) -> Any:
    """Of the planted rows one in the season that names somebody, as far as there is one."""
    if model in (User, Event):
        return world.account if model is User else world.supervised_event

    def worth(row: Any) -> tuple[bool, bool]:
        named = named_in({"row": row})
        return world.season.pk in named.seasons, bool(subjects_by_kind(named.subjects))

    return max(model._base_manager.order_by("pk")[:30], key=worth)


def subjects_by_kind(subjects: set[str]) -> list[tuple[str, str]]:
    """One subject of each kind that keeps people away."""
    found = dict(subject.split(":", 1) for subject in sorted(subjects))
    return [(kind, key) for kind, key in found.items() if kind in ScopeKind.values]
