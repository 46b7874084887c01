"""Commands of rulings on a 暂缓: ask those present whether its condition is met, and answer."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.locking import lock
from admissions.core.citations import cite

from .. import ruling_rules
from ..models import DeferralAnswer, DeferralMotion, DeferralRuling, Position, Seat
from ..rulings import ruling_of, seats_asked

explain_unique(DeferralRuling, "position", "这一暂缓已经裁定，请刷新页面。")
explain_constraint("deferralanswer_once", "您已对这一裁定表示意见。")


@command("meetings.rule_deferral", "提请裁定暂缓条件已解决", clause=cite("house-deferral"))
def rule_deferral(*, actor: User, reason: str, position: Position) -> DeferralMotion:
    """Ask the members in the room whether the condition is met; the actor's own yes goes with it, if a member.

    Refuses: not a standing 暂缓; actor neither leads nor records the meeting; one's own 暂缓; asked already.
    Effects: the 暂缓 is lifted as soon as more than half of those present but its author agree.
    """
    position.item = lock(position.item)
    ruling_rules.can_rule_on(actor, position).require()
    motion = DeferralMotion(position=position, text=reason, put_by=actor, at=timezone.now())
    motion.full_clean()
    motion.save()
    for seat in seats_asked(position):
        if seat.person_id == actor.pk:
            _answer(motion, seat, True, reason)
    return motion


@command("meetings.answer_ruling", "对暂缓裁定表示意见", clause=cite("house-deferral"))
def answer_ruling(*, actor: User, reason: str, motion: DeferralMotion, agrees: bool) -> DeferralAnswer:
    """One member's answer; it cannot be taken back.

    Refuses: absent, recused, the author; answered already; the 暂缓 does not stand any more; a no without its reason.
    Effects: the 暂缓 is lifted as soon as more than half of those present but its author agree.
    """
    motion.position.item = lock(motion.position.item)
    ruling_rules.can_answer_motion(actor, motion).require()
    seats = seats_asked(motion.position)
    return _answer(motion, next(seat for seat in seats if seat.person_id == actor.pk), agrees, reason)


def _answer(motion: DeferralMotion, seat: Seat, agrees: bool, text: str) -> DeferralAnswer:
    answer = DeferralAnswer(motion=motion, seat=seat, agrees=agrees, text=text, at=timezone.now())
    answer.full_clean()
    answer.save()
    if ruling_of(motion).is_met:
        ruling = DeferralRuling(position=motion.position, text=motion.text, ruled_by=motion.put_by, at=answer.at)
        ruling.full_clean()
        ruling.save()
    return answer
