"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from admissions.core.importing.kinds import KINDS
from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"imports.upload"},
    in_no_season={"imports.confirm", "imports.void"},
    builders={"season": lambda world: world.season, "kind": lambda world: next(iter(KINDS.values()))},
)
