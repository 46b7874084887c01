"""Pages of this capability, and who gets what."""

from tests.house.lookers import AUDITOR, EVERYBODY, LEADER, MEMBER, READERS, SECRETARY, SUPERVISOR
from tests.house.pages import At, Page

PAGES = [
    Page("steps:runs", opens=EVERYBODY),
    Page("steps:run-open", opens={LEADER}),
    Page("steps:run", "run", opens=READERS),
    Page("steps:material-add", "pending_run", opens={MEMBER}, sees=READERS),
    Page("steps:run-execute", "pending_run", opens={MEMBER}, sees=READERS),
    Page("steps:run-take", "run", sees=READERS, opened=At(by="reviewer"), empty_form=302),
    Page(
        "steps:run-pass",
        "taken_run",
        sees={AUDITOR, SECRETARY, SUPERVISOR, LEADER, MEMBER},
        opened=At(by="reviewer"),
    ),
    Page(
        "steps:run-return",
        "taken_run",
        sees={AUDITOR, SECRETARY, SUPERVISOR, LEADER, MEMBER},
        opened=At(by="reviewer"),
    ),
    Page(
        "steps:run-reject",
        "passed_run",
        sees={AUDITOR, SECRETARY, SUPERVISOR, LEADER, MEMBER},
        opened=At(by="overseer"),
    ),
    Page(
        "steps:run-confirm",
        "passed_run",
        sees={AUDITOR, SECRETARY, SUPERVISOR, LEADER, MEMBER},
        opened=At(by="overseer"),
    ),
    Page("steps:run-archive", "confirmed_run", opens={LEADER}, sees={AUDITOR, SECRETARY, SUPERVISOR, MEMBER}),
    Page("steps:run-void", "pending_run", opens={LEADER}, sees={AUDITOR, SECRETARY, SUPERVISOR, MEMBER}),
    Page("steps:run-hold", "run", opens={SUPERVISOR}, sees={AUDITOR, SECRETARY, LEADER}),
    Page("steps:run-lift", "held_run", opens={SUPERVISOR}, sees={AUDITOR, SECRETARY, LEADER, MEMBER}),
    Page("steps:run-pdf", "run", opens=READERS),
    Page("steps:material", "material", opens=READERS),
    Page("steps:material-drop", "wrong_material", opens={MEMBER}, sees=READERS),
]
