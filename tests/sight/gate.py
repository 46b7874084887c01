"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from tests.house.gate import Gate

GATE = Gate(
    season_exempt={"sight.give", "sight.withdraw"},
    builders={"record": lambda world: world.run},
)
