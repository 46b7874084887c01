"""决议或文号 that a command quotes; capabilities above register what must hold of the quoted words."""

import re
from collections.abc import Callable

from admissions.core.decision import Decision, first_denial

from .actions import require_action

# Whatever has the form of a document number: 机关代字〔年〕序号 (GB/T 9704-2012 7.2.5).
DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\d+号")
# (quoted words, code of the action, season or None) → do the words carry the act?
Check = Callable[[str, str, int | None], Decision]
_checks: list[Check] = []


def register(check: Check) -> None:
    _checks.append(check)


def quote(text: str, season_id: int | None = None) -> str:
    """Quote a resolution or order in the command under way; the event keeps the words as `details.ground`.

    `season_id`: whose decisions can be quoted; None where the act comes before its season.  Refuses: a check objects.
    """
    action = require_action("a ground")
    ground = text.strip()
    first_denial(*(check(ground, action.code, season_id) for check in _checks)).require()
    action.details["ground"] = ground
    return ground
