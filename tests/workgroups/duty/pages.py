"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, MEMBER, RECUSALS, SECRETARY, SUPERVISOR, TRAINER
from tests.house.pages import Page

PAGES = [
    Page("duty:responsible", opens=EVERYBODY),
    Page("duty:delegate", "member", opens={SECRETARY, LEADER, MEMBER}, sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR}),
    Page(
        "duty:delegation-end",
        "delegation",
        opens={SECRETARY, LEADER, MEMBER},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR},
    ),
    Page(
        "duty:handover-prepare",
        "member",
        opens={SECRETARY, LEADER, MEMBER},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR},
    ),
    Page("duty:handovers", opens=EVERYBODY),
    Page("duty:handover", "handover", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
    Page(
        "duty:handover-sign",
        "handover",
        opens={LEADER, MEMBER},
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR},
    ),
    Page(
        "duty:handover-void",
        "handover",
        opens={SECRETARY, LEADER, MEMBER},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR},
    ),
]
