"""May X say what the supervisor in the room says, answer it, take it for settled?"""

from admissions.accounts.models import User
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.core.promises import promised

from .enums import TO_BE_ANSWERED, ItemStatus, MeetingStatus, SeatKind
from .models import (
    AgendaItem,
    SupervisorChange,
    SupervisorRemark,
)
from .rules import leads_or_records, seat_of
from .supervision_rules import IN_THE_ROOM, is_in_the_room, still_supervises


@in_parts
def can_give_remark(user: User, item: AgendaItem) -> Parts:
    """Who supervises the body at this instant and is in the room, on an item that was opened."""
    seat = seat_of(user, item.meeting)
    if seat is None or seat.kind != SeatKind.SUPERVISOR:
        yield deny("监督意见由列席监督人员发表。", who_can="请由列席会议的监督人员办理。")
        return
    if item.status not in (ItemStatus.COLLECTING, ItemStatus.DECIDED, ItemStatus.DEFERRED):
        yield deny("议题还没有审议，不能发表意见。", who_can="请在议题审议开始后发表。")
    if promised(item.meeting).status == MeetingStatus.CLOSED:
        yield deny("会议已闭会，不能补记监督意见。", who_can="可在监督工作中另行发出监督意见。")
    if SupervisorRemark.objects.filter(item=item, seat=seat).exists():
        yield deny("您已对本议题发表监督意见。", who_can="需要补充的，请在“监督意见”中另行提出。")
    if SupervisorChange.objects.filter(seat=seat).exists():
        yield deny("您已由他人接替或者免予列席，不再发表监督意见。", IN_THE_ROOM, "可在监督工作中另行发出监督意见。")
    if not still_supervises(user, item.group):
        yield deny("您对本机构的监督授权已经结束，不能发表监督意见。", IN_THE_ROOM, "请由上级监督人员登记接替。")
    if not is_in_the_room(seat):
        yield deny("您没有签到或已离席，不能发表监督意见。", IN_THE_ROOM, "请先签到。")


@in_parts
def can_answer_remark(user: User, remark: SupervisorRemark) -> Parts:
    if remark.kind not in TO_BE_ANSWERED:
        yield deny("“无异议”不需要答复。")
    if remark.is_settled:
        yield deny("监督意见已经认可，不必再答复。", who_can="请刷新页面查看认可情况。")
    yield leads_or_records(user, remark.seat.meeting)


def can_settle_remark(user: User, remark: SupervisorRemark) -> Decision:
    """Only who gave it says that the answer is enough."""
    if remark.seat.person_id != user.pk:
        return deny("监督意见由发表人本人认可答复。", who_can=f"请由{remark.seat.name}办理。")
    if remark.is_settled:
        return deny("已经认可。", who_can="请刷新页面查看认可情况。")
    return allow() if remark.answered_at else deny("还没有答复。", who_can="请等会议方面答复。")


def can_reject_answer(user: User, remark: SupervisorRemark) -> Decision:
    """As who may take it for enough: the remark then waits for another answer."""
    return can_settle_remark(user, remark)
