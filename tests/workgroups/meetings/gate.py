"""Commands of this capability that the gate asks less than everything, and arguments their annotations do not tell."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "meetings.add_matter",
        "meetings.be_present",
        "meetings.cancel",
        "meetings.change_matter",
        "meetings.circulate_minutes",
        "meetings.close",
        "meetings.confirm_minutes",
        "meetings.convene",
        "meetings.excuse_supervisor",
        "meetings.narrate_minutes",
        "meetings.open",
        "meetings.prepare",
        "meetings.retire_matter",
        "meetings.seal_minutes",
        "meetings.step_out",
        "meetings.uninvite",
    },
    in_no_season={"meetings.add_matter", "meetings.change_matter", "meetings.retire_matter"},
    veto_exempt={"meetings.recuse_from_item"},
    season_exempt={"meetings.explain_act", "meetings.settle_explanation"},
    builders={"candidate_digest": lambda world: "h1:" + "ab" * 32},
)
