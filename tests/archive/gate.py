"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={"archive.archive_season", "archive.finish_archive", "archive.pack_again"},
    season_exempt={"archive.archive_season", "archive.finish_archive", "archive.pack_again"},
    asks_nobody={"archive.finish_archive"},
)
