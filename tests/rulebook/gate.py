"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "rulebook.add_clause",
        "rulebook.add_source",
        "rulebook.repeal_clause",
        "rulebook.revise_clause",
        "rulebook.verify_version",
    },
    in_no_season={
        "rulebook.add_clause",
        "rulebook.add_source",
        "rulebook.repeal_clause",
        "rulebook.revise_clause",
        "rulebook.verify_version",
    },
)
