"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, LEADER, SUPERVISOR
from tests.house.pages import At, Page

PAGES = [
    Page("followups:list", opens=EVERYBODY),
    Page("followups:assign", lambda w: ["reply", w.reply.pk], opens={LEADER}, sees={SUPERVISOR}),
    Page("followups:one", "reply_task", opens={SUPERVISOR, LEADER}),
    Page("followups:file", "reply_task", opens={SUPERVISOR, LEADER}),
    Page("followups:report", "reply_task", opens={LEADER}, sees={SUPERVISOR}),
    Page(
        "followups:accept",
        "reply_task",
        sees={SUPERVISOR, LEADER},
        opened=At("reported_task", by="chief"),
    ),
    Page(
        "followups:retract",
        "reply_task",
        sees={SUPERVISOR, LEADER},
        opened=At("stopped_task", by="clerk"),
    ),
    Page("followups:hand-on", "reply_task", opens={LEADER}, sees={SUPERVISOR}),
]
