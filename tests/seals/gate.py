"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"seals.finish_export", "seals.request_export"},
    in_no_season={
        "seals.confirm_witness",
        "seals.destroy_salts",
        "seals.finish_export",
        "seals.offer_witness",
        "seals.request_export",
        "seals.retire_witness",
    },
    asks_nobody={"seals.finish_export"},
    builders={"person": lambda world: world.account},
)
