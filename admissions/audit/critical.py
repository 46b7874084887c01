"""Critical acts: what is sealed at once and asks the actor to identify again.

A command says of itself that it is critical; apps above listen for its commit.
"""

from collections.abc import Callable

from django.db import transaction

Listener = Callable[[str], None]
# Code → label of every critical command.
CRITICAL: dict[str, str] = {}
_listeners: list[Listener] = []


def mark_critical(code: str, label: str) -> None:
    CRITICAL[code] = label


def listen(listener: Listener) -> None:
    """Called with the label of a critical act after its transaction was committed."""
    _listeners.append(listener)


def tell_on_commit(code: str) -> None:
    if code not in CRITICAL:
        return
    label = CRITICAL[code]
    for listener in _listeners:
        transaction.on_commit(lambda listener=listener: listener(label))
