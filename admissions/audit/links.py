"""Links beside an entry of the trail; apps above register what leads further from it."""

from collections.abc import Callable
from typing import Any

from .models import Event

Link = tuple[str, str]  # label, address
Provider = Callable[[Any, Event], Link | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    _providers.append(provider)


def links_of(user: Any, event: Event) -> list[Link]:
    return [link for provider in _providers if (link := provider(user, event)) is not None]
