"""Of which kinds of record sight may be given: each is answered for by the capability that keeps the records.

The capabilities above provide their kinds (`provides` of their declaration); of anything else nobody is ever given sight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from admissions.accounts.models import User
from admissions.core.capability import Slot
from admissions.core.decision import Decision


@dataclass(frozen=True)
class SightKind:
    """The answers of one kind of record. None has a default.

    `answers_for`: (user, record), may the user give it; `run_by`: user → the records for which that is a yes, for lists.
    `covers`: parts that are seen with it, and the path from the part. `opens_trail`: it is a group, whose entries of the
    ledger are seen. `url`: its page.
    """

    model: type[Model]
    label: str
    answers_for: Callable[[User, Any], Decision]
    run_by: Callable[[User], QuerySet]
    covers: tuple[tuple[type[Model], str], ...]
    opens_trail: bool
    url: Callable[[Any], str]

    @property
    def code(self) -> str:
        """The kind in addresses and filters."""
        return self.model._meta.label_lower

    @property
    def content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)

    def rows(self) -> QuerySet:
        return self.model._default_manager.all()

    def paths_to(self, model: type[Model]) -> list[str]:
        """How rows of the model lead to records of this kind: themselves, or as parts of one."""
        own = ["pk"] if model is self.model else []
        return own + [path for part, path in self.covers if part is model]


KINDS: Slot[SightKind] = Slot("sight_kinds", SightKind)


def kinds() -> list[SightKind]:
    return list(KINDS)


def kind_of(record: Model) -> SightKind | None:
    return next((kind for kind in kinds() if kind.model is record._meta.model), None)


def kind_called(code: str) -> SightKind | None:
    return next((kind for kind in kinds() if kind.code == code), None)


def of_kind(kind: SightKind) -> Q:
    """The rows about records of the kind; by its name, so that no query is needed to know the content type."""
    meta = kind.model._meta
    return Q(record_type__app_label=meta.app_label, record_type__model=meta.model_name)


def of_any(rows_of: Callable[[SightKind], QuerySet]) -> Q:
    """The rows about the records that each kind answers with."""
    found = Q(pk__in=[])
    for kind in kinds():
        found |= of_kind(kind) & Q(record_id__in=rows_of(kind).order_by().values("pk"))
    return found
