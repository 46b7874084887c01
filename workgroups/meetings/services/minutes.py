"""Commands of minutes: narrate, circulate, confirm, seal."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.transitions import move

from .. import minutes_rules, rules
from ..document import facts_of, minutes_hash
from ..enums import MINUTES_TRANSITIONS, MinutesStatus
from ..models import Minutes, MinutesConfirmation

explain_constraint("minutesconfirmation_once", "您已核对过这份纪要。")
explain_unique(Minutes, "meeting", "本次会议的纪要刚由他人拟稿，请刷新页面。")


@command("meetings.narrate_minutes", "编写纪要", clause=cite("records-37"))
def narrate_minutes(*, actor: User, reason: str, minutes: Minutes, narrative: str) -> Minutes:
    """Only the narrative; attendance, positions and results are generated and cannot be edited away.

    Refuses: circulated already; actor neither leads nor records the meeting.
    """
    minutes = lock(minutes)
    minutes_rules.can_edit_minutes(actor, minutes).require()
    minutes.narrative = narrative
    minutes.full_clean()
    minutes.save()
    return minutes


@command("meetings.circulate_minutes", "送核纪要", clause=cite("records-37"))
def circulate_minutes(*, actor: User, reason: str, minutes: Minutes) -> Minutes:
    """From now on the text is fixed; everybody who attended confirms or appends a correction."""
    minutes = lock(minutes)
    minutes_rules.can_edit_minutes(actor, minutes).require()
    minutes.status = move(MINUTES_TRANSITIONS, minutes.status, MinutesStatus.CIRCULATED)
    minutes.circulated_at = timezone.now()
    minutes.save()
    return minutes


@command("meetings.confirm_minutes", "核对纪要", clause=cite("records-37"))
def confirm_minutes(*, actor: User, reason: str, minutes: Minutes, correction: str = "") -> MinutesConfirmation:
    """Confirm what concerns oneself, or append what is wrong; nobody's text is overwritten.

    Refuses: not at the meeting; answered already.
    """
    minutes_rules.can_confirm_minutes(actor, minutes).require()
    confirmation = MinutesConfirmation(
        minutes=minutes, seat=rules.seat_of(actor, minutes.meeting), correction=correction, at=timezone.now()
    )
    confirmation.full_clean()
    confirmation.save()
    return confirmation


@command("meetings.seal_minutes", "纪要定稿", clause=cite("records-37"), weight=Weight.BINDING)
def seal_minutes(*, actor: User, reason: str, minutes: Minutes) -> Minutes:
    """The hash of facts, narrative and corrections is kept; nothing changes any more.

    Refuses: somebody who attended has not answered.
    """
    minutes = lock(minutes)
    minutes_rules.can_seal_minutes(actor, minutes).require()
    minutes.status = move(MINUTES_TRANSITIONS, minutes.status, MinutesStatus.SEALED)
    minutes.sealed_at = timezone.now()
    minutes.content_hash = minutes_hash(minutes, facts_of(minutes.meeting))
    minutes.full_clean()
    minutes.save()
    return minutes
