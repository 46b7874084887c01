"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, RULES
from tests.house.pages import Page

PAGES = [
    Page("rulebook:clauses", opens=EVERYBODY),
    Page("rulebook:clause-add", opens={RULES}),
    Page("rulebook:clause", "clause", opens=EVERYBODY),
    Page("rulebook:clause-revise", "clause", opens={RULES}, sees=EVERYBODY),
    Page("rulebook:clause-repeal", "clause", opens={RULES}, sees=EVERYBODY),
    Page("rulebook:version-verify", lambda w: [w.clause.versions.get().pk], opens={RULES}, sees=EVERYBODY),
    Page("rulebook:sources", opens=EVERYBODY),
    Page("rulebook:source-add", opens={RULES}),
    Page("rulebook:source", lambda w: [w.clause.source_id], opens=EVERYBODY),
    Page("rulebook:policies", opens=EVERYBODY),
]
