"""A task past its term that supervision was reminded of, one that was reported, one stopped and one taken back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.followups import task_row
from tests.factories.requests import Line, received, say
from tests.house.lookers import LEADER, SUPERVISOR
from tests.house.world import INSTITUTION_NAME, World
from tests.trail import setting_up
from workgroups.followups.models import FollowUpReminder
from workgroups.followups.services import report_task, retract_task
from workgroups.requests.services.replies import dispute_reply


def plant(world: World) -> None:
    """Tasks come of what others order."""


def plant_over(world: World) -> None:
    people = {"assignee": world.who[LEADER], "acceptor": world.chief}
    late = task_row(
        world.reply, what=f"补报{INSTITUTION_NAME}材料", due_on=timezone.localdate() - timedelta(days=9), **people
    )
    reported = task_row(world.reply, what=f"回复{INSTITUTION_NAME}", **people)
    with setting_up():
        FollowUpReminder(task=late, level=1, at=timezone.now()).save()
    reported = report_task(actor=world.who[LEADER], reason="办结", task=reported, report=f"已回复{INSTITUTION_NAME}。")
    stopped, taken = (task_row(_disputed(world), what=f"暂缓{INSTITUTION_NAME}事项", **people) for _ in range(2))
    taken = retract_task(actor=world.clerk, reason=f"{INSTITUTION_NAME}不再办理", task=taken)
    world.keep(late_task=late, reported_task=reported, stopped_task=stopped, taken_task=taken)


def _disputed(world: World) -> Any:
    """A reply about the institution that whose word it was said to be does not stand by."""
    above, leader, supervisor = world.reply.submission.addressee, world.who[LEADER], world.who[SUPERVISOR]
    of = Line(world.season, above, world.group, world.chief, world.clerk, leader, world.drafter, supervisor)
    row = received(of, text={"title": f"{INSTITUTION_NAME}另一事项的请示"}, about={"institution": world.institution})
    return dispute_reply(actor=world.chief, reason=f"没有说过{INSTITUTION_NAME}的事", reply=say(of, row))
