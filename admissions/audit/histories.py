"""The way to a record's history, prepared once for each model."""

from typing import Any

from simple_history.manager import HistoryDescriptor

from .protection import audited_models


class PreparedHistory:
    """The library builds a manager class at every access; this builds it once."""

    def __init__(self, descriptor: HistoryDescriptor) -> None:
        self.model = descriptor.model
        self.manager_class = descriptor.manager_class.from_queryset(descriptor.queryset_class)

    def __get__(self, instance: Any, owner: type) -> Any:
        return self.manager_class(self.model, instance)


def prepare_histories() -> None:
    for model in audited_models():
        name = model._meta.simple_history_manager_attribute  # type: ignore[attr-defined]  # of simple-history
        setattr(model, name, PreparedHistory(vars(model)[name]))
