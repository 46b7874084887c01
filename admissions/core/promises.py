"""Values that may be absent in general, and never where they are asked for."""

from typing import TypeVar

T = TypeVar("T")


def promised(value: T | None) -> T:
    """What the state of its record promises to be there, such as the hour of sending of what was sent."""
    if value is None:
        raise LookupError("a value is missing that the state of its record promises")
    return value
