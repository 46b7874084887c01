"""The clock of a challenge: no source prescribes one, so the office sets it for the season; unset, no date is shown."""

from datetime import date
from typing import Any

from admissions.core.decision import Refused
from admissions.seasons.calendar.selectors import stored_calendar
from admissions.seasons.deadlines.engine import due
from admissions.seasons.deadlines.enums import Unit
from admissions.seasons.deadlines.policy import Policy

from .models import RecusalSettings

NOT_SET = "本录取季尚未设定回避申请的决定时限。"


def challenge_due(season: Any, start: date) -> tuple[date | None, list[str]]:
    """The day by which a challenge is to be decided, with how it was counted; None and the reason where unknown."""
    chosen = RecusalSettings.objects.filter(season=season).first()
    if chosen is None:
        return None, [NOT_SET]
    policy = Policy("回避申请的决定", chosen.challenge_days, Unit.WORKING_DAYS, clause=chosen.basis)
    try:
        deadline = due(start, policy, stored_calendar())
    except Refused as refusal:
        return None, [refusal.decision.sentence]
    return deadline.date, [str(line) for line in deadline.trace]
