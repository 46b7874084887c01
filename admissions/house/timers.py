"""The clock's list, from the declarations."""

from typing import Any

from .collection import answers


def schedule() -> dict[str, dict[str, Any]]:
    """As Celery reads it."""
    return {timer.name: {"task": timer.task.name, "schedule": timer.seconds} for timer in answers("timers")}
