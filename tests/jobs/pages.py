"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, SECRETARY, SYSTEM
from tests.house.pages import Page

PAGES = [
    Page("jobs:list", opens=EVERYBODY),
    Page("jobs:one", "job", opens={SYSTEM, SECRETARY}),
    Page("jobs:progress", "job", opens={SYSTEM, SECRETARY}),
    Page("jobs:cancel", "job", opens={SYSTEM, SECRETARY}, status=405, never="takes POST only", empty_form=302),
]
