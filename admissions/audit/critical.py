"""Critical acts, those of weight BINDING and more: what is sealed at once and asks the actor to identify again."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from admissions.core.capability import Slot

from .facts import FACTS, is_binding

Listener = Callable[[str], None]
# Called with the label of a critical act after its transaction was committed.
LISTENERS: Slot[Listener] = Slot("critical_listeners", Listener)


def tell_on_commit(code: str) -> None:
    if not is_binding(code):
        return
    label = FACTS[code].label
    for listener in LISTENERS:
        transaction.on_commit(partial(listener, label))
