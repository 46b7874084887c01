"""May X ask whether the condition of a 暂缓 is met, and may Y answer?"""

from dataclasses import dataclass

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Parts, deny, in_parts, needed

from .enums import VOTING, Stance
from .models import AgendaItem, DeferralMotion, DeferralRuling, Position, Presence, Seat
from .proofs import current_draft
from .rules import can_rule_deferral

DEFERRAL = cite("house-deferral")


@dataclass(frozen=True)
class Ruling:
    """How a question stands: who is asked, who of them said what, how many of them it takes."""

    asked: list[Seat]
    agreed: list[str]
    disagreed: list[str]
    waiting: list[str]

    @property
    def needed(self) -> int:
        """More than half of those asked."""
        return len(self.asked) // 2 + 1

    @property
    def is_met(self) -> bool:
        return bool(self.asked) and len(self.agreed) >= self.needed


def seats_asked(position: Position) -> list[Seat]:
    """Members in the room who need not keep away from the item, but the author."""
    present = Presence.objects.filter(seat__meeting=position.seat.meeting_id).attending().values("seat_id")
    seats = Seat.objects.filter(meeting=position.seat.meeting_id, kind__in=VOTING, pk__in=present)
    seats = seats.exclude(pk=position.seat_id).exclude(person__in=position.item.recusals.values("person"))
    return list(seats.order_by("order", "id"))


def ruling_of(motion: DeferralMotion) -> Ruling:
    """As the room is now: an answer counts while who gave it is there."""
    asked = seats_asked(motion.position)
    given = dict(motion.answers.values_list("seat_id", "agrees"))
    names = {seat.pk: seat.name for seat in asked}
    return Ruling(
        asked,
        [name for pk, name in names.items() if given.get(pk) is True],
        [name for pk, name in names.items() if given.get(pk) is False],
        [name for pk, name in names.items() if pk not in given],
    )


def _is_last_word(position: Position) -> bool:
    return not Position.objects.filter(item=position.item_id, seat=position.seat_id, pk__gt=position.pk).exists()


def _is_sealed(position: Position) -> bool:
    """Somebody in the room but the head has not spoken."""
    proof = current_draft(position.item)
    heads = {row["person"] for row in proof["roll"] if row["head"]}
    return bool(set(proof["computed"]["unstated"]) - heads)


def open_motion(position: Position) -> DeferralMotion | None:
    """The question that somebody in the room has still to answer."""
    motion = position.motions.order_by("-pk").first()
    return motion if motion is not None and ruling_of(motion).waiting else None


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


def rulings_on(item: AgendaItem) -> list[str]:
    """Each question about a 暂缓 of the item in one line: whose, by whom put, when, why, who said what, what came of it."""
    motions = DeferralMotion.objects.filter(position__item=item).select_related("position__seat", "put_by")
    found = [_line(motion) for motion in motions.prefetch_related("answers__seat").order_by("pk")]
    before = DeferralRuling.objects.filter(position__item=item, position__motions__isnull=True)
    for row in before.select_related("position__seat", "ruled_by").order_by("pk"):
        words = f"{row.position.seat.name}的暂缓（{row.position.text}）：{minute_text(row.at)}{row.ruled_by.name}裁定条件已解决"
        found.append(f"{words}，{row.text}")
    return found


def _line(motion: DeferralMotion) -> str:
    position, answers = motion.position, list(motion.answers.all())
    yes = "、".join(row.seat.name for row in answers if row.agrees)
    no = "；".join(f"{row.seat.name}认为没有解决（{row.text}）" for row in answers if not row.agrees)
    ruled = DeferralRuling.objects.filter(position=position, at__gte=motion.at).exists()
    newest = not position.motions.filter(pk__gt=motion.pk).exists()
    said = "".join([f"；{yes}认为已解决" if yes else "", f"；{no}" if no else ""])
    outcome = "裁定条件已解决，暂缓解除" if ruled and newest else "没有形成裁定"
    put = f"{minute_text(motion.at)}{motion.put_by.name}提请裁定：{motion.text}"
    return f"{position.seat.name}的暂缓（{position.text}）：{put}{said}；{outcome}"
