"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "batch.add",
        "batch.change",
        "batch.remove",
        "season.clone",
        "season.close",
        "season.correct",
        "season.create",
        "season.open",
        "stage.add",
        "stage.change",
        "stage.remove",
    },
    in_no_season={"season.create"},
    season_exempt={"season.clone", "season.close"},
)
