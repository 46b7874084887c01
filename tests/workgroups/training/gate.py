"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "training.add_question",
        "training.close_course",
        "training.create_course",
        "training.open_course",
        "training.retire_question",
        "training.start_attempt",
    },
    asks_nobody={"training.start_attempt"},
)
