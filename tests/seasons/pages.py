"""Pages of this capability, and who gets what."""

from admissions.seasons.lifecycle.differences import compare
from tests.house.lookers import EVERYBODY, MEMBER, SECRETARY, SUPERVISOR, everybody_but
from tests.house.pages import At, Page
from tests.house.world import World


def seen(world: World) -> str:
    """What was compared with the year before."""
    return f"?seen={compare(world.next_season).digest}"


PAGES = [
    Page("seasons:list", opens=EVERYBODY),
    Page("seasons:create", opens={SECRETARY}),
    Page("seasons:one", "season", opens=EVERYBODY),
    Page("seasons:correct", "season", sees=EVERYBODY, opened=At("next_season", by=SECRETARY)),
    Page("seasons:difference", "season", opens=everybody_but(SUPERVISOR), sees=EVERYBODY),
    Page("seasons:open", "season", sees=EVERYBODY, opened=At("next_season", by=SECRETARY, query=seen)),
    Page("seasons:close", "season", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:schedule-current", opens=EVERYBODY),
    Page("seasons:schedule", "season", opens=EVERYBODY),
    Page("seasons:batch-add", "season", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:batch", "batch", opens=EVERYBODY),
    Page("seasons:batch-change", "batch", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:batch-remove", "batch", sees=EVERYBODY, opened=At("bare_batch", by=SECRETARY)),
    Page("seasons:stage-add", "batch", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:stage-change", "stage", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:stage-remove", "stage", opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:institutions", opens=EVERYBODY),
    Page("seasons:institution", "institution", opens=everybody_but(MEMBER)),
    Page("seasons:calendar", opens=EVERYBODY),
    Page("seasons:calendar-year", lambda w: [2026], opens=EVERYBODY),
    Page("seasons:calendar-template", lambda w: [2026], opens={SECRETARY}, sees=EVERYBODY),
    Page("seasons:deadline", opens=EVERYBODY),
    Page("season-switch", opens=EVERYBODY, status=405, never="takes POST only", empty_form=302),
]
