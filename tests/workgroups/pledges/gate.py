"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"pledges.create_template", "pledges.draft_version", "pledges.publish_version"},
    season_exempt={"pledges.disown"},
)
