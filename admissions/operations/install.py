"""What the operations hang into the kernel: navigation, to-dos, the check before a season closes, papers of the archive."""

from typing import Any

from admissions.core import navigation, todos
from admissions.core.decision import Decision, allow, deny
from admissions.seasons.lifecycle.rules import closing_checks
from workgroups.install import works_here

from . import archiving
from .steps.models import StepRun
from .steps.todos import step_todos


def install() -> None:
    archiving.install()
    todos.register(step_todos)
    closing_checks.append(no_run_open)
    navigation.register(navigation.NavItem("办理", 10, "环节签署", "operations:runs", "signature", works_here))


def no_run_open(season: Any) -> Decision:
    """A season does not close over sheets that nobody has archived or voided; how many is not told, some may be hidden."""
    if not StepRun.objects.of_season(season).open().exists():
        return allow()
    return deny("还有环节单没有归档或作废。", who_can="请由各环节的负责岗位先办结。")
