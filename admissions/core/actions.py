"""A button on a page: where it leads, and the reasoned answer whether this person may press it."""

from dataclasses import dataclass

from .decision import ALLOWED, Decision


@dataclass(frozen=True)
class PageAction:
    """`style` is primary, secondary or danger; a disabled action is shown with its reason and who can act."""

    label: str
    url: str
    decision: Decision = ALLOWED
    icon: str = ""
    style: str = "secondary"
    method: str = "get"


PLACES = {"primary": 0, "secondary": 1, "danger": 2}


def enabled_first(actions: list[PageAction]) -> list[PageAction]:
    """What may be done before what may not; of the former the page's main act first, what ends something last."""
    return sorted(actions, key=lambda action: PLACES.get(action.style, 1) if action.decision.ok else len(PLACES))
