"""What a deadline is made of: the policy, pauses with evidence, extensions with an approver. Values, no tables."""

from dataclasses import dataclass
from datetime import date, datetime

from .enums import LastDay, PauseReason, Unit


@dataclass(frozen=True)
class Policy:
    """期限政策: length and unit with their clause; everything beyond is off unless the policy says so."""

    name: str
    length: int
    unit: Unit
    clause: str = ""
    pause_reasons: frozenset[PauseReason] = frozenset()
    max_extension: int = 0
    extension_approver: str = ""
    last_day: LastDay = LastDay.STAYS
    last_day_clause: str = ""


@dataclass(frozen=True)
class Pause:
    """暂停: whole days from `first` to `last`, both not counted. A pause still running ends with today's date."""

    reason: PauseReason
    first: date
    last: date
    evidence: str


@dataclass(frozen=True)
class InstantPause:
    """暂停 of a clock in hours: from one instant to another."""

    reason: PauseReason
    starts_at: datetime
    ends_at: datetime
    evidence: str


@dataclass(frozen=True)
class Extension:
    """延长: by how much of the policy's unit, who approved it and on what ground."""

    length: int
    approver: str
    ground: str
