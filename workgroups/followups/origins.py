"""What orders 督办: each kind of record answers for itself who may order, who sees, and whether what it ordered stands.

The capabilities above provide their kinds (`provides` of their declaration). A task of a kind that nobody answers for is seen by
nobody; `checks` refuses to start over a model that has tasks and no answers.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from admissions.core.capability import Slot
from admissions.core.decision import Decision


class Origin(ABC):
    """The answers of one kind of record, as of resolutions or replies. None has a default."""

    model: type[Model]
    # What the list calls the kind, as 决议.
    label: str
    # What the chip beside an unsettled task says.
    unsettled_word: str
    # Up to the season, and whatever `facts` and the rules read besides.
    related: tuple[str, ...]

    @property
    def code(self) -> str:
        """The kind in addresses and filters."""
        return self.model._meta.model_name

    @property
    def content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)

    def rows(self) -> QuerySet:
        """Every record of the kind; its QuerySet says who sees it and who is kept away from it."""
        return self.model._default_manager.all()

    @abstractmethod
    def number_of(self, record: Any) -> str:
        """Its number, copied into the task; empty where the kind has none."""

    @abstractmethod
    def title_of(self, record: Any) -> str:
        """What it is about, copied into the task."""

    @abstractmethod
    def group_of(self, record: Any) -> Any:
        """The work group, and with it the season, to which its tasks belong."""

    @abstractmethod
    def can_order(self, user: Any, record: Any) -> Decision:
        """Whose right it is to give tasks for it; recusal and whether it stands are asked apart."""

    @abstractmethod
    def in_charge(self, user: Any, record: Any) -> Decision:
        """By what post or right somebody gives tasks for it and takes them back, whether or not more may be given now."""

    @abstractmethod
    def still_stands(self, record: Any) -> Decision:
        """May what it ordered be carried out now?"""

    @abstractmethod
    def stopped(self) -> QuerySet:
        """The records for which `still_stands` says no, for lists."""

    @abstractmethod
    def unsettled(self) -> QuerySet:
        """The records that may be carried out, yet have to be confirmed by somebody."""

    @abstractmethod
    def answered_for_by(self, user: Any) -> QuerySet:
        """The records whose overdue tasks are reported to the user as head of the body that ordered."""

    @abstractmethod
    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """What the page of a task says about it."""

    @abstractmethod
    def remark(self, record: Any) -> str:
        """What is still to come while it stands, in one sentence; usually nothing."""

    @abstractmethod
    def url(self, record: Any) -> str:
        """Its page."""


ORIGINS: Slot[Origin] = Slot("origins", Origin)


def kinds() -> list[Origin]:
    return list(ORIGINS)


def kind_of(record: Model) -> Origin:
    return _kind_for(record._meta.model)


def kind_called(code: str) -> Origin | None:
    return next((kind for kind in kinds() if kind.code == code), None)


def kind_behind(content_type_id: int) -> Origin:
    return _kind_for(ContentType.objects.get_for_id(content_type_id).model_class())


def _kind_for(model: type[Model]) -> Origin:
    return next(kind for kind in kinds() if kind.model is model)


def ordered_by(rows: QuerySet) -> Q:
    """The tasks of these records."""
    return Q(origin_type=ContentType.objects.get_for_model(rows.model), origin_id__in=rows.order_by().values("pk"))


def ordered_by_any(rows_of: Callable[[Origin], QuerySet]) -> Q:
    """The tasks of the records that each kind answers with; none where no kind is provided."""
    found = Q(pk__in=[])
    for kind in kinds():
        found |= ordered_by(rows_of(kind))
    return found
