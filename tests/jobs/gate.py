"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"jobs.cancel"},
    in_no_season={"jobs.cancel"},
)
