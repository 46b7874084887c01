"""May X ask whether the condition of a 暂缓 is met, and may Y answer?"""

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.decision import Parts, deny, in_parts, needed

from .enums import Stance
from .models import DeferralMotion, DeferralRuling, Position
from .proofs import current_draft
from .rules import can_rule_deferral
from .rulings import open_motion, ruling_of, seats_asked

DEFERRAL = cite("house-deferral")


def _is_last_word(position: Position) -> bool:
    return not Position.objects.filter(item=position.item_id, seat=position.seat_id, pk__gt=position.pk).exists()


def _is_sealed(position: Position) -> bool:
    """Somebody in the room but the head has not spoken."""
    proof = current_draft(position.item)
    heads = {row["person"] for row in proof["roll"] if row["head"]}
    return bool(set(proof["computed"]["unstated"]) - heads)


@in_parts
def can_rule_on(user: User, position: Position) -> Parts:
    """Put the question: of a 暂缓 that stands, by who leads or records, never by its own author."""
    yield can_rule_deferral(user, position.item)
    if position.stance != Stance.DEFER:
        yield needed(deny("这一表态不是暂缓。", who_can="请刷新页面查看表态情况。"))
    if position.seat.person_id == user.pk:
        yield deny("本人提出的暂缓，不能由本人提请裁定。", DEFERRAL, "请直接重新表态。")
    if not _is_last_word(position):
        yield deny("这一暂缓已被其后的表态取代，不需要裁定。", DEFERRAL, "请刷新页面查看表态情况。")
    if DeferralRuling.objects.filter(position=position).exists():
        yield needed(deny("这一暂缓已经裁定。", who_can="请刷新页面查看裁定情况。"))
    if _is_sealed(position):
        yield deny("成员尚未全部表态，暂缓的内容还在封存，不能提请裁定。", DEFERRAL, "请等在场成员都表态后办理。")
    motion = open_motion(position)
    if motion is not None:
        waiting = "、".join(ruling_of(motion).waiting)
        yield deny("裁定已经提请，正在听取意见。", DEFERRAL, f"请等待{waiting}表示意见。")


@in_parts
def can_answer_motion(user: User, motion: DeferralMotion) -> Parts:
    """Each member in the room but the author, once, while the 暂缓 stands."""
    position = motion.position
    if DeferralRuling.objects.filter(position=position).exists() or not _is_last_word(position):
        yield deny("这一暂缓已经解除，不需要再表示意见。", who_can="请刷新页面查看裁定情况。")
    mine = next((seat for seat in seats_asked(position) if seat.person_id == user.pk), None)
    if mine is None:
        yield deny("裁定由在场成员表示意见，提出暂缓的成员除外。", DEFERRAL, "请由在场的其他成员办理；在场的请先签到。")
    elif motion.answers.filter(seat=mine).exists():
        yield deny("您已对这一裁定表示意见。", who_can="请等待其他成员表示意见。")
