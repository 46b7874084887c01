"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, SECRETARY, SUPERVISOR, everybody_but
from tests.house.pages import At, Page

PAGES = [
    Page("archive:list", opens={AUDITOR, SECRETARY, SUPERVISOR}),
    Page("archive:put-away", "closed_season", opens={SECRETARY}, sees=everybody_but(SECRETARY, SUPERVISOR)),
    Page("archive:one", "archive", opens={AUDITOR, SECRETARY, SUPERVISOR}),
    Page(
        "archive:again",
        "archive",
        sees={AUDITOR, SECRETARY, SUPERVISOR},
        opened=At("failed_archive", by=SECRETARY),
    ),
    Page(
        "archive:file",
        "archive",
        sees={SUPERVISOR},
        opened=At("ready_archive", by=SECRETARY),
    ),
]
