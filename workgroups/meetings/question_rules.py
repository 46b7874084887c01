"""Who stays in the count once positions are open: may X be taken out, ask the room about a member, answer; what did it answer?"""

from admissions.accounts.models import User
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from admissions.core.promises import promised

from .enums import ATTENDING, VOTING, ItemStatus, PresenceKind, QuestionAnswer, SeatKind
from .models import AgendaItem, ElectorateQuestion, Presence, Seat
from .rules import COLLECTIVE, can_decide, leads_or_records, seat_of

FOUND_LATER = "审议中发现须回避的，请提出人数变动事项，由在场的其余成员和监督人员答复。"
IN_THE_ROOM = (*ATTENDING, PresenceKind.OBSERVING)


def electorate_stays(user: User, item: AgendaItem, person: User) -> Decision:
    """From the first moment of the positions nobody is taken out of the count by another's act, nor takes back a word.

    What turns up later about a member is told to the room: the item is deferred and heard anew without them.
    """
    seat = seat_of(person, item.meeting)
    if item.status != ItemStatus.COLLECTING or seat is None or not seat.is_voting:
        return allow()
    if item.positions.filter(seat=seat).exists():
        return deny(f"{seat.name}已对本议题表态，表态不能因回避撤下。", COLLECTIVE, FOUND_LATER)
    if person.pk != user.pk:
        return deny(
            f"议题已开始审议，不能由他人登记{seat.name}回避。", COLLECTIVE, f"请由{seat.name}本人声明；{FOUND_LATER}"
        )
    return allow()


def _is_open(item: AgendaItem) -> Decision:
    if item.status == ItemStatus.COLLECTING:
        return allow()
    return deny("议题不在审议表态中。", who_can="请刷新页面查看议题现在的状态。")


def _seat_in(user: User, item: AgendaItem) -> Seat | None:
    return Seat.objects.filter(meeting=item.meeting_id, person=user).first()


@in_parts
def can_raise_question(user: User, item: AgendaItem) -> Parts:
    """Whoever sits at the table, and the office that runs the meeting."""
    yield needed(_is_open(item))
    seat = _seat_in(user, item)
    if seat is None or seat.kind == SeatKind.OBSERVER:
        yield leads_or_records(user, promised(item.meeting))


def answering(question: ElectorateQuestion) -> list[Seat]:
    """Who answers: members in the room who neither keep away nor are meant, and the supervisors in the room."""
    item = question.item
    present = Presence.objects.filter(seat__meeting=item.meeting_id, kind__in=IN_THE_ROOM, period__endswith=None)
    seats = Seat.objects.filter(meeting=item.meeting_id, kind__in=(*VOTING, SeatKind.SUPERVISOR))
    seats = seats.filter(pk__in=present.values("seat")).exclude(pk=question.seat_id)
    return list(seats.exclude(person__in=item.recusals.values("person")).order_by("order", "id"))


@in_parts
def can_answer_question(user: User, question: ElectorateQuestion) -> Parts:
    yield needed(_is_open(question.item))
    seat = next((seat for seat in answering(question) if seat.person_id == user.pk), None)
    if seat is None:
        yield deny("由在场的其余成员和监督人员答复。", COLLECTIVE, "请由在场的其余成员和监督人员办理。")
        return
    given = question.answers.filter(seat=seat).exists()
    if given:
        yield deny("您已经答复。", who_can="请等待其他人答复。")


@in_parts
def can_announce(user: User, item: AgendaItem) -> Parts:
    """The result, once nothing is missing and the room has answered what turned up about its members."""
    yield needed(can_decide(user, item))
    yield questions_settled(item)


def questions_settled(item: AgendaItem) -> Decision:
    """No result is announced while a question waits, or when the room wants the item heard anew.

    It stands when every supervisor in the room and more than half of the members who answer say so.
    """
    for question in item.questions.filter(seat__meeting=item.meeting_id).select_related("seat"):
        question.item = item
        given = {row.seat_id: row.answer for row in question.answers.all()}
        waiting = [seat.name for seat in answering(question) if seat.pk not in given]
        if waiting:
            return deny(f"“{question}”还没有答复：{'、'.join(waiting)}。", COLLECTIVE, "请他们答复后再宣布结果。")
        if not _stands(question):
            return deny(f"“{question}”：会议认为须重新审议。", COLLECTIVE, "请暂缓审议，列入下次会议重新审议。")
    return allow()


def _stands(question: ElectorateQuestion) -> bool:
    rows = list(question.answers.select_related("seat"))
    stands = [row for row in rows if row.answer == QuestionAnswer.STANDS]
    members = [row for row in rows if row.seat.kind != SeatKind.SUPERVISOR]
    supervisors = [row for row in rows if row.seat.kind == SeatKind.SUPERVISOR]
    return all(row in stands for row in supervisors) and 2 * sum(row in stands for row in members) > len(members)
