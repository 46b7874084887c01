"""One more answer to a slot, for the time of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from admissions.core.capability import Slot


@contextmanager
def answering(slot: Slot, answer: Any) -> Iterator[None]:
    given = slot._given
    slot._given = [*given, ("test", answer)]
    try:
        yield
    finally:
        slot._given = given
