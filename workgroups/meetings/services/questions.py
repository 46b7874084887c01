"""Commands of what turns up about a member while positions are being stated."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused

from .. import question_rules
from ..models import AgendaItem, ElectorateAnswer, ElectorateQuestion, Seat

explain_constraint("electoratequestion_once", "这一情况已经提出，请刷新页面。")
explain_constraint("electorateanswer_once", "您已经答复。")


@command("meetings.raise_question", "提出人数变动事项", clause=cite("house-collective"))
def raise_question(*, actor: User, reason: str, item: AgendaItem, seat: Seat, kind: str) -> ElectorateQuestion:
    """A member must keep away after all, or has left: the room is asked, and the count stays until it has answered.

    Refuses: positions are not being stated; actor neither sits at the table nor runs the meeting; the seat is no member's of this meeting.
    """
    item = lock(item)
    question_rules.can_raise_question(actor, item).require()
    if seat.meeting_id != item.meeting_id or not seat.is_voting:
        raise Refused("人数变动事项只涉及本次会议的成员。", who_can="请选择本次会议的成员。")
    question = ElectorateQuestion(item=item, seat=seat, kind=kind, grounds=reason, raised_by=actor, at=timezone.now())
    question.full_clean()
    question.save()
    return question


@command("meetings.answer_question", "答复人数变动事项", clause=cite("house-collective"))
def answer_question(*, actor: User, reason: str, question: ElectorateQuestion, answer: str) -> ElectorateAnswer:
    """重新审议 or 继续审议, of each remaining member and of the supervisor in the room.

    Refuses: positions are not being stated; actor is not in the room, is meant, or has answered.
    """
    question.item = lock(question.item)
    question_rules.can_answer_question(actor, question).require()
    seat = Seat.objects.get(meeting=question.item.meeting_id, person=actor)
    given = ElectorateAnswer(question=question, seat=seat, answer=answer, text=reason, at=timezone.now())
    given.full_clean()
    given.save()
    return given
