"""决议或文号 that a command quotes; capabilities above provide what must hold of the quoted words."""

import re
from collections.abc import Callable

from admissions.core.capability import Slot
from admissions.core.decision import Decision, all_of

from .actions import require_action

# Whatever has the form of a document number: 机关代字〔年〕序号 (GB/T 9704-2012 7.2.5).
DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\d+号")
# (quoted words, code of the action, season or None) → do the words carry the act?
Check = Callable[[str, str, int | None], Decision]
CHECKS: Slot[Check] = Slot("grounds", Check)


def quote(text: str, season_id: int | None = None) -> str:
    """Quote a resolution or order in the command under way; the event keeps the words as `details.ground`.

    `season_id`: whose decisions can be quoted; None where the act comes before its season.  Refuses: a check objects.
    """
    action = require_action("a ground")
    ground = text.strip()
    all_of(check(ground, action.code, season_id) for check in CHECKS).require()
    action.details["ground"] = ground
    return ground
