"""Links beside an entry of the trail; capabilities above provide what leads further from it."""

from collections.abc import Callable

from admissions.core.capability import Slot
from admissions.core.people import Visitor

from .models import Event

Link = tuple[str, str]  # label, address
Provider = Callable[[Visitor, Event], Link | None]
PROVIDERS: Slot[Provider] = Slot("trail_links", Provider)


def links_of(user: Visitor, event: Event) -> list[Link]:
    return [link for provider in PROVIDERS if (link := provider(user, event)) is not None]
