"""What 环节单 ask of whom."""

from typing import Any

from django.urls import reverse

from admissions.core.todos import Todo

from .enums import RunStatus
from .selectors import VERBS, waiting_for


def step_todos(user: Any) -> list[Todo]:
    return [
        Todo(VERBS[RunStatus(run.status)], str(run), reverse("operations:run", args=[run.pk]), due_at=run.clock, button="去办理")
        for run in waiting_for(user)
    ]  # fmt: skip
