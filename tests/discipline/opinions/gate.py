"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    season_exempt={
        "opinions.answer",
        "opinions.close",
        "opinions.flag",
        "opinions.issue",
        "opinions.recur",
        "opinions.return",
        "opinions.settle_flag",
        "opinions.withdraw",
    },
)
