"""Commands of supervision in the room: opinions and their answers, who supervises instead of whom."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.promises import promised

from .. import remark_rules, rules, supervision_rules
from ..enums import RemarkKind, SeatKind
from ..models import AgendaItem, AnswerRejection, Seat, SupervisorChange, SupervisorRemark

explain_constraint("remark_once", "您已对本议题发表监督意见。")
explain_unique(SupervisorChange, "seat", "监督人员已由他人登记变更，请刷新页面。")
explain_unique(SupervisorChange, "successor", "接替人已接替其他监督人员，请刷新页面。")


@command("meetings.give_remark", "发表监督意见", clause=cite("duty-discipline"))
def give_remark(*, actor: User, reason: str, item: AgendaItem, kind: str) -> SupervisorRemark:
    """What the supervisor in the room says about the item: never a vote; 制止 suspends what follows until answered.

    Refuses: not a supervisor's seat; excused or replaced; the grant has ended; not in the room; the item was not
    opened; said already; the meeting was closed in the meantime.
    """
    if item.meeting is not None:
        item.meeting = lock(item.meeting)  # closing asks who is silent: one of the two comes first
    remark_rules.can_give_remark(actor, item).require()
    text = "" if kind == RemarkKind.NONE else reason
    remark = SupervisorRemark(
        item=item, seat=rules.seat_of(actor, item.meeting), kind=kind, text=text, at=timezone.now()
    )
    remark.full_clean()
    remark.save()
    return remark


@command("meetings.answer_remark", "答复监督意见", clause=cite("duty-discipline"))
def answer_remark(*, actor: User, reason: str, remark: SupervisorRemark) -> SupervisorRemark:
    """The answer of the meeting; whoever gave the remark says whether it is enough."""
    remark = lock(remark)
    remark_rules.can_answer_remark(actor, remark).require()
    remark.answer, remark.answered_by, remark.answered_at = reason, actor, timezone.now()
    remark.full_clean()
    remark.save()
    return remark


@command("meetings.settle_remark", "认可答复", clause=cite("duty-discipline"))
def settle_remark(*, actor: User, reason: str, remark: SupervisorRemark) -> SupervisorRemark:
    """The remark is settled; what was stopped may go on."""
    remark = lock(remark)
    remark_rules.can_settle_remark(actor, remark).require()
    remark.is_settled = True
    remark.save()
    return remark


@command("meetings.reject_answer", "不认可答复", clause=cite("duty-discipline"))
def reject_answer(*, actor: User, reason: str, remark: SupervisorRemark) -> AnswerRejection:
    """The answer is not enough: it is kept beside the reason, the remark waits for another, the stop stays.

    Refuses: not who gave the remark; settled; not answered.
    """
    remark = lock(remark)
    remark_rules.can_reject_answer(actor, remark).require()
    rejection = AnswerRejection(
        remark=remark,
        answer=remark.answer,
        answered_by=remark.answered_by,
        answered_at=promised(remark.answered_at),
        text=reason,
        at=timezone.now(),
    )
    rejection.full_clean()
    rejection.save()
    remark.answer, remark.answered_by, remark.answered_at = "", None, None
    remark.save()
    return rejection


@command(
    "meetings.excuse_supervisor", "监督人员免予列席", clause=cite("house-supervisor-present"), weight=Weight.BINDING
)
def excuse_supervisor(*, actor: User, reason: str, seat: Seat) -> SupervisorChange:
    """Somebody supervises this meeting no longer, and nobody instead: what they owed is owed no more.

    Refuses: actor is neither another supervisor on the roll nor one from above; not between notice and closing;
    changed already.
    """
    return _changed(actor, reason, seat, None)


@command("meetings.replace_supervisor", "接替监督人员", clause=cite("house-supervisor-present"), weight=Weight.BINDING)
def replace_supervisor(*, actor: User, reason: str, seat: Seat, person: User) -> SupervisorChange:
    """Somebody else supervises this meeting from now on, and owes the opinions that were still owed.

    Refuses: as `excuse_supervisor`; the other does not supervise the body or sits in the meeting already.
    """
    return _changed(actor, reason, seat, person)


def _changed(actor: User, reason: str, seat: Seat, person: User | None) -> SupervisorChange:
    meeting = lock(seat.meeting)
    seat = lock(seat)
    seat.meeting = meeting
    supervision_rules.can_change_supervisor(actor, seat).require()
    successor = None
    if person is not None:
        supervision_rules.can_take_over(person, meeting).require()
        successor = Seat(
            meeting=meeting, person=person, kind=SeatKind.SUPERVISOR, order=meeting.seats.count() + 1,
            name=person.name, post=person.title,
        )  # fmt: skip
        successor.full_clean()
        successor.save()
    change = SupervisorChange(seat=seat, successor=successor, reason=reason, ordered_by=actor, at=timezone.now())
    change.full_clean()
    change.save()
    return change
