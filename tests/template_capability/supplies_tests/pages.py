"""Pages of this capability, and who gets what."""

from tests.house.lookers import EVERYBODY, MEMBER, SECRETARY
from tests.house.pages import Page

PAGES = [
    Page("supplies:list", opens=EVERYBODY),
    Page("supplies:out", opens={SECRETARY}),
    Page("supplies:back", "supply", opens={SECRETARY}, sees={MEMBER}),
]
