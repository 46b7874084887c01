"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, SECRETARY, SUPERVISOR
from tests.house.pages import Page

PAGES = [
    Page("sight:list", opens=EVERYBODY),
    Page("sight:mine", opens=EVERYBODY),
    Page("sight:one", "sight", opens={AUDITOR, SUPERVISOR, LEADER}),
    Page("sight:withdraw", "sight", opens={SUPERVISOR, LEADER}, sees={AUDITOR}),
    Page(
        "sight:give",
        lambda w: [w.run._meta.label_lower, w.run.pk],
        opens={LEADER},
        sees={AUDITOR, SECRETARY, SUPERVISOR},
    ),
]
