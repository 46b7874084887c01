"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"requests.add_matter", "requests.change_matter", "requests.retire_matter", "requests.set_code"},
    in_no_season={"requests.add_matter", "requests.change_matter", "requests.retire_matter"},
    builders={"about": lambda world: {"institution": world.institution}},
)
