"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, MEMBER, RECUSALS, SECRETARY, SUPERVISOR, TRAINER
from tests.house.pages import At, Page

PAGES = [
    Page("appointments:list", opens=EVERYBODY),
    Page("appointments:propose", opens={SECRETARY}),
    Page("appointments:one", "member", opens={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER}),
    Page(
        "appointments:confirm",
        "proposed",
        opens={SECRETARY},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
    ),
    Page(
        "appointments:suspend",
        "member",
        opens={SECRETARY},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
    ),
    Page(
        "appointments:period",
        "member",
        opens={SECRETARY},
        sees={AUDITOR, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
    ),
    Page(
        "appointments:withdraw",
        "member",
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
        opened=At("proposed", by=SECRETARY),
    ),
]
