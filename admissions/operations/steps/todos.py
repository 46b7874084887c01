"""What 环节单 ask of whom."""

from typing import Any

from django.urls import reverse

from admissions.core.todos import Todo

from .enums import RunStatus
from .models import StepRun
from .selectors import VERBS, waiting_for


def step_todos(user: Any) -> list[Todo]:
    return [
        Todo(
            verb_for(user, run),
            str(run),
            reverse("steps:run", args=[run.pk]),
            due_at=run.clock,
            button="去办理",
            season_id=run.step.season_id,
        )
        for run in waiting_for(user)
    ]


def verb_for(user: Any, run: StepRun) -> str:
    status = RunStatus(run.status)
    return "接替复核" if status == RunStatus.REVIEWING and run.reviewer_id != user.pk else VERBS[status]
