"""May X prepare, convene, cancel, open and close a meeting, and attend it?"""

from admissions.accounts.models import User
from admissions.audit.quoted_grounds import DOCUMENT_NUMBER
from admissions.core.citations import cite
from admissions.core.decision import Parts, deny, in_parts
from workgroups.recusal.selectors import kept_apart

from .enums import VOTING, ItemStatus, MeetingStatus, SeatKind
from .models import (
    AgendaItem,
    ItemRecusal,
    Meeting,
    Seat,
    SupervisorRemark,
)
from .rules import PARTY, RECUSED, can_run_meetings, leads_or_records


@in_parts
def can_prepare_meeting(user: User, meeting: Meeting) -> Parts:
    """Change the roll or the hour while nobody has been invited."""
    yield can_run_meetings(user, meeting.group.season)
    if meeting.status != MeetingStatus.DRAFT:
        yield deny("通知已发出，名单和时间不能再改。", who_can="确需变更的，请取消会议后另行筹备。")


@in_parts
def may_decide_in(seat: Seat, basis: str) -> Parts:
    """Members of the body, and whoever the superior designated by a document (#22): nobody packs a body.

    Refuses: no document; the designated and a member who decides must keep away from each other.
    """
    if not seat.is_voting or seat.appointment is not None:
        return
    meeting = seat.meeting
    if not DOCUMENT_NUMBER.search(basis):
        yield deny(
            f"{seat.name}不是{meeting.group}的在岗人员，作为{seat.get_kind_display()}参会须有上级指定的依据。",
            PARTY,
            "请填写批复或决议的文号；还没有的，先起草请示。",
        )
    members = set(meeting.seats.filter(kind__in=VOTING).values_list("person_id", flat=True))
    if kept_apart({seat.person_id}, members, meeting.group.season_id):
        yield deny(f"{seat.name}与参会成员之间应当回避，不能列入名单。", RECUSED, "请上级另行指定。")


@in_parts
def can_convene(user: User, meeting: Meeting) -> Parts:
    """Somebody leads, somebody decides, the supervisors are invited."""
    yield can_prepare_meeting(user, meeting)
    kinds = set(meeting.seats.values_list("kind", flat=True))
    lacking = [
        word
        for kind, word in (
            (SeatKind.HEAD, "主要负责人"),
            (SeatKind.MEMBER, "成员"),
            (SeatKind.SUPERVISOR, "列席监督人员"),
        )
        if kind not in kinds
    ]
    if lacking:
        yield deny(f"参会名单还缺{'、'.join(lacking)}。", who_can="请先补齐参会名单。")


@in_parts
def can_cancel_meeting(user: User, meeting: Meeting) -> Parts:
    yield can_run_meetings(user, meeting.group.season)
    if meeting.status not in (MeetingStatus.DRAFT, MeetingStatus.CONVENED):
        yield deny(f"会议{meeting.get_status_display()}，不能取消。", who_can="请刷新页面查看会议现在的状态。")


@in_parts
def can_open_meeting(user: User, meeting: Meeting) -> Parts:
    yield leads_or_records(user, meeting)
    if meeting.status != MeetingStatus.CONVENED:
        yield deny("会议尚未通知或已经开始。", who_can="请先发出通知；会议已开始的，请刷新页面。")


@in_parts
def can_close_meeting(user: User, meeting: Meeting) -> Parts:
    """Every item has an answer, and every supervisor in the room has said something on each (#36)."""
    yield leads_or_records(user, meeting)
    if meeting.status != MeetingStatus.OPEN:
        yield deny("会议不在进行中。", who_can="请刷新页面查看会议现在的状态。")
    undone = meeting.items.filter(status__in=[ItemStatus.SCHEDULED, ItemStatus.COLLECTING])
    if undone.exists():
        yield deny(f"还有{undone.count()}项议题没有结论。", who_can="请逐项作出决定、暂缓或撤回后再闭会。")
    silent = silent_supervisors(meeting)
    if silent:
        yield deny(f"{'、'.join(silent)}还没有发表监督意见，不能闭会。", cite("house-observer"), "请监督人员逐项填写。")


def silent_supervisors(meeting: Meeting) -> list[str]:
    """Names with the number of items still without a remark of theirs."""
    items = list(AgendaItem.objects.heard_in(meeting).values_list("pk", flat=True))
    given = set(SupervisorRemark.objects.filter(seat__meeting=meeting).values_list("seat_id", "item_id"))
    recused = set(ItemRecusal.objects.filter(item__in=items).values_list("person_id", "item_id"))
    found = []
    for seat in meeting.seats.filter(kind=SeatKind.SUPERVISOR):
        left = [pk for pk in items if (seat.pk, pk) not in given and (seat.person_id, pk) not in recused]
        if left:
            found.append(f"{seat.name}（{len(left)}项）")
    return found


@in_parts
def can_attend(user: User, seat: Seat) -> Parts:
    """Sign in, step out, come back: one's own seat, or the recorder for somebody."""
    if seat.person_id != user.pk:
        yield leads_or_records(user, seat.meeting)
    if seat.meeting.status not in (MeetingStatus.CONVENED, MeetingStatus.OPEN):
        yield deny(
            f"会议{seat.meeting.get_status_display()}，不能再登记到会情况。",
            who_can="请在发出通知以后、闭会以前登记；已闭会的，请在纪要中说明。",
        )
