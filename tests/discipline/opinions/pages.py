"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, SUPERVISOR
from tests.house.pages import Page

PAGES = [
    Page("opinions:list", opens=EVERYBODY),
    Page("opinions:issue", opens={SUPERVISOR}),
    Page("opinions:one", "supervision", opens={AUDITOR, SUPERVISOR, LEADER}),
    Page("opinions:answer", "supervision", opens={LEADER}, sees={AUDITOR, SUPERVISOR}),
    Page("opinions:close", "answered_opinion", opens={SUPERVISOR}, sees={AUDITOR, LEADER}),
    Page("opinions:return", "answered_opinion", opens={SUPERVISOR}, sees={AUDITOR, LEADER}),
    Page("opinions:withdraw", "supervision", opens={SUPERVISOR}, sees={AUDITOR, LEADER}),
    Page("opinions:recur", "closed_opinion", opens={SUPERVISOR}, sees={AUDITOR, LEADER}),
    Page("opinions:pdf", "supervision", opens={AUDITOR, SUPERVISOR, LEADER}),
    Page("opinions:file", "passage", opens={AUDITOR, SUPERVISOR, LEADER}),
    Page("opinions:flags", opens={SUPERVISOR}),
    Page("opinions:flag-raise", "supervised_event", opens={SUPERVISOR}, sees={AUDITOR}),
    Page("opinions:flag", "flag", opens={SUPERVISOR}),
    Page("opinions:flag-settle", "flag", opens={SUPERVISOR}),
]
