"""Every history row carries the id of the event under which it was written."""

from typing import Any

from django.dispatch import receiver
from simple_history.manager import HistoryDescriptor
from simple_history.signals import pre_create_historical_record

from .actions import require_action
from .protection import audited_models


@receiver(pre_create_historical_record, dispatch_uid="audit.stamp")
def stamp(instance: Any, history_instance: Any, **kwargs: Any) -> None:
    action = require_action(f"{instance._meta.label} history")
    history_instance.event_id = action.event_id
    history_instance.history_user_id = getattr(action.actor, "pk", None)
    history_instance.history_change_reason = action.reason
    action.touched.append(f"{instance._meta.label_lower}:{instance.pk}")


class PreparedHistory:
    """The library builds a manager class at every access, half the price of a history row; this builds it once."""

    def __init__(self, descriptor: HistoryDescriptor) -> None:
        self.model = descriptor.model
        self.manager_class = descriptor.manager_class.from_queryset(descriptor.queryset_class)

    def __get__(self, instance: Any, owner: type) -> Any:
        return self.manager_class(self.model, instance)


def prepare_histories() -> None:
    for model in audited_models():
        name = model._meta.simple_history_manager_attribute
        setattr(model, name, PreparedHistory(vars(model)[name]))
