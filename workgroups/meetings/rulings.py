"""How a question about a 暂缓 stands, and what came of each, for every page and paper that shows it."""

from dataclasses import dataclass

from admissions.core.clock import minute_text

from .enums import VOTING, ItemStatus
from .models import AgendaItem, DeferralMotion, DeferralRuling, Position, Presence, Seat


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


def open_motion(position: Position) -> DeferralMotion | None:
    """The question that somebody in the room has still to answer."""
    motion = position.motions.order_by("-pk").first()
    return motion if motion is not None and ruling_of(motion).waiting else None


def rulings_on(item: AgendaItem) -> list[str]:
    """Each question about a 暂缓 of the item in one line: whose, by whom put, when, why, who said what, what came of it."""
    motions = DeferralMotion.objects.filter(position__item=item).select_related(
        "position__seat", "position__item", "put_by"
    )
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
    if ruled and newest:
        outcome = "裁定条件已解决，暂缓解除"
    else:
        asked = newest and position.item.status == ItemStatus.COLLECTING and ruling_of(motion).waiting
        outcome = "正在听取意见" if asked else "没有形成裁定"
    put = f"{minute_text(motion.at)}{motion.put_by.name}提请裁定：{motion.text}"
    return f"{position.seat.name}的暂缓（{position.text}）：{put}{said}；{outcome}"
