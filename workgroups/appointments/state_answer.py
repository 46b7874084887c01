"""The answer of one condition of readiness."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# What runs out, or is asked anew of people on duty, is told so long before it takes a right from anybody.
NOTICE = timedelta(days=7)


@dataclass(frozen=True)
class StateAnswer:
    """`sentence` says how it stands, `who_can_fix` names who can change it (“本人” is the person concerned).

    `keeps_duty`: not enough to go on duty, and takes nothing from whoever is on duty already: something new is asked of
    them and the time for it is not over, or what is missing is the house's to bring.
    `until`: when the answer turns for the worse by itself, or a person on duty loses the rights of the post by it.
    """

    ok: bool
    sentence: str
    who_can_fix: str = ""
    url: str = ""
    keeps_duty: bool = False
    until: datetime | None = None

    @property
    def holds_on_duty(self) -> bool:
        """Does somebody on duty keep the rights of the post, as far as this goes?"""
        return self.ok or self.keeps_duty
