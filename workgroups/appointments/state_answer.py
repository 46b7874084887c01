"""The answer of one condition of readiness."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateAnswer:
    """`sentence` says how it stands, `who_can_fix` names who can change it (“本人” is the person concerned)."""

    ok: bool
    sentence: str
    who_can_fix: str = ""
    url: str = ""
