"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, SUPERVISOR, everybody_but
from tests.house.pages import At, Page
from tests.house.world import World


def late(world: World) -> str:
    """The finding that a task is past its term."""
    return f"?key=task-{world.late_task.pk}-{world.late_task.due_on}"


PAGES = [
    Page("desk:one", opens={SUPERVISOR}),
    Page("desk:sheet", opens={SUPERVISOR}),
    Page(
        "desk:dismiss",
        lambda w: ["hours"],
        sees=everybody_but(SUPERVISOR),
        opened=At(lambda w: ["tasks"], by=SUPERVISOR, query=late),
    ),
    Page("desk:dismissals", opens={SUPERVISOR}),
    Page("desk:readings", opens={AUDITOR}),
    Page("desk:reading-review", lambda w: [w.who[SUPERVISOR].pk], opens={AUDITOR}),
    Page("desk:reading-reviews", opens={AUDITOR}),
]
