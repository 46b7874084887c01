"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, MEMBER, RECUSALS, SECRETARY, SUPERVISOR, TRAINER
from tests.house.pages import At, Page

PAGES = [
    Page(
        "readiness:activate",
        "member",
        sees={AUDITOR, SECRETARY, TRAINER, RECUSALS, SUPERVISOR, LEADER, MEMBER},
        opened=At("ready", by=SECRETARY),
    ),
    Page("readiness:overview", opens=EVERYBODY),
]
