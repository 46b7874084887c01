"""Handing work to the workers. Nobody waits long for a broker that is away: what was to be done is found by a timer."""

from typing import Any

from celery import Task, current_app
from kombu.exceptions import OperationalError

from .away import Away

away = Away("the broker does not answer")


def hand_over(task: Task | str, *args: Any, **given: Any) -> bool:
    """Send the task, or the one of this name; False where the broker did not take it."""
    if away.is_so:
        return False
    try:
        if isinstance(task, str):
            current_app.send_task(task, args=args, kwargs=given)
        else:
            task.apply_async(args, given)
    except (OSError, OperationalError) as error:
        away.note(error)
        return False
    return True
