"""Pages of this capability, and who gets what."""

from tests.house.lookers import ANYBODY, EVERYBODY
from tests.house.pages import Page

PAGES = [
    Page("home", opens=EVERYBODY),
    Page("healthz", opens=ANYBODY),
    Page("readyz", opens=ANYBODY),
]
