"""Pages of this capability, and who gets what."""

from tests.house.lookers import NOBODY
from tests.house.pages import Page

PAGES = [
    Page(
        "metrics",
        sees=NOBODY,
        strangers=404,
        never="numbers for a program that has the token; no page for people (test_metrics)",
    ),
]
