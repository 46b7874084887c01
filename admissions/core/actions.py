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


def enabled_first(actions: list[PageAction]) -> list[PageAction]:
    return sorted(actions, key=lambda action: not action.decision.ok)
