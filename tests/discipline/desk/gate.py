"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from discipline.desk.enums import Indicator
from discipline.desk.indicators import Finding
from tests.house.gate import Gate

GATE = Gate(
    in_no_season={"desk.review_reading"},
    season_exempt={"desk.dismiss"},
    builders={
        "finding": lambda world: Finding(
            Indicator.HOURS, "gate", "深夜办理", None, "", world.group.pk, world.account.pk
        )
    },
)
