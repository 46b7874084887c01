"""May X prepare, convene, cancel, open and close a meeting, and attend it?"""

from datetime import datetime, timedelta

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.quoted_grounds import DOCUMENT_NUMBER
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from workgroups.recusal.selectors import kept_apart

from .enums import IN_THE_ROOM, VOTING, ItemStatus, MeetingStatus, Quorum, SeatKind
from .models import Meeting, Presence, Seat
from .rules import PARTY, RECUSED, can_run_meetings, leads_or_records
from .supervision_rules import SILENCE, silent_supervisors, still_supervises, supervisors_of
from .tally import needed as quorum_of
from .whereabouts import keeps_away_now

# How long before its time a meeting is signed in for; who signed in earlier is not in the room.
SIGN_IN = timedelta(minutes=60)
OPENING = cite("house-opening")


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
    """Somebody leads, somebody decides, the supervisors are invited and may supervise; there is an agenda, in time."""
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
    unable = [seat.name for seat in supervisors_of(meeting) if not still_supervises(seat.person, meeting.group)]
    if unable:
        yield deny(
            f"{'、'.join(unable)}没有监督{meeting.group}的授权，不能列席监督。", who_can="请改邀本机构的监督人员。"
        )
    if not meeting.items.exists():
        yield deny("议程上还没有议题，不能发出通知。", who_can="请先将议题列入议程。")
    yield notice_in_time(meeting, meeting.starts_at, timezone.now())


def notice_in_time(meeting: Meeting, opens: datetime, notified: datetime) -> Decision:
    """Each item that is no motion is known as long before the opening as its matter asks."""
    for item in meeting.items.filter(is_motion=False).select_related("matter").order_by("order", "id"):
        hours = item.matter.notice_hours
        if opens - notified < timedelta(hours=hours):
            early = (
                f"“{item.matter}”须提前{hours}小时通知，{minute_text(notified + timedelta(hours=hours))}以前不能开会。"
            )
            return deny(early, OPENING, "请按通知的时间开会；时间不足的，请取消会议后另行筹备。")
    return allow()


@in_parts
def can_cancel_meeting(user: User, meeting: Meeting) -> Parts:
    yield can_run_meetings(user, meeting.group.season)
    if meeting.status not in (MeetingStatus.DRAFT, MeetingStatus.CONVENED):
        yield deny(f"会议{meeting.get_status_display()}，不能取消。", who_can="请刷新页面查看会议现在的状态。")


@in_parts
def can_open_meeting(user: User, meeting: Meeting) -> Parts:
    """Half of the members are in the room; before its time only as long after the notice as each matter asks."""
    yield leads_or_records(user, meeting)
    if meeting.status != MeetingStatus.CONVENED:
        yield needed(deny("会议尚未通知或已经开始。", who_can="请先发出通知；会议已开始的，请刷新页面。"))
    voters = meeting.seats.filter(kind__in=VOTING).count()
    present, least = len(voters_in_the_room(meeting)), quorum_of(Quorum.HALF, voters)
    if present < least:
        yield deny(
            f"应到{voters}人、实到{present}人，半数以上到会方可开会，还需{least - present}人到会。",
            OPENING,
            f"请等候成员签到；{minute_text(meeting.starts_at - SIGN_IN)}起可以签到。",
        )
    if is_early(meeting):
        yield notice_in_time(meeting, timezone.now(), meeting.convened_at or timezone.now())


def is_early(meeting: Meeting) -> bool:
    return timezone.now() < meeting.starts_at


def present_since(meeting: Meeting) -> datetime:
    """Whoever signed in before this instant is not counted as being in the room at the opening."""
    return min(meeting.starts_at, timezone.now()) - SIGN_IN


def voters_in_the_room(meeting: Meeting) -> list[Seat]:
    """Members who signed in for this opening, in the order of the roll."""
    rows = Presence.objects.filter(seat__meeting=meeting, period__startswith__gte=present_since(meeting)).attending()
    seats = meeting.seats.filter(kind__in=VOTING, pk__in=rows.values("seat"))
    return list(seats.order_by("order", "id"))


def head_is_in_the_room(meeting: Meeting) -> bool:
    return any(seat.kind == SeatKind.HEAD for seat in voters_in_the_room(meeting))


@in_parts
def opens_properly(meeting: Meeting, led_by: Seat | None, early_reason: str) -> Parts:
    """The head leads, or a member in the room whose name is kept; before its time it is said why."""
    present = {seat.pk for seat in voters_in_the_room(meeting)}
    if not head_is_in_the_room(meeting) and (led_by is None or led_by.pk not in present):
        yield deny("主要负责人不在会场，须写明由哪位到会成员代为主持。", OPENING, "请选择代为主持的到会成员。")
    if is_early(meeting) and not early_reason.strip():
        starts = minute_text(meeting.starts_at)
        yield deny(f"会议定于{starts}开始，提前开会须写明理由。", OPENING, "请写明理由，或者到时间再开会。")


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
        instead = "请监督人员逐项填写；不能列席的，由另一名监督人员或者上级监督人员登记接替或者免予列席。"
        yield deny(f"{'、'.join(silent)}还没有发表监督意见，不能闭会。", SILENCE, instead)


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


@in_parts
def can_sign_in(user: User, seat: Seat, kind: str) -> Parts:
    """Into the room from shortly before the start, and not while what one keeps away from is on the table."""
    yield can_attend(user, seat)
    if kind not in IN_THE_ROOM:
        return
    meeting = seat.meeting
    begins = meeting.starts_at - SIGN_IN
    if meeting.status == MeetingStatus.CONVENED and timezone.now() < begins:
        yield deny(f"会议还没有开始签到，{minute_text(begins)}起可以签到。", OPENING, "不能到会的，可以先请假。")
    if meeting.status == MeetingStatus.OPEN and seat.pk in keeps_away_now(meeting):
        yield deny("正在审议须回避的议题，不能签到。", RECUSED, "请在该议题审议结束后签到。")


@in_parts
def can_step_out(user: User, seat: Seat) -> Parts:
    """Who is in the room."""
    yield can_attend(user, seat)
    inside = Presence.objects.filter(seat=seat, kind__in=IN_THE_ROOM, period__endswith__isnull=True)
    if not inside.exists():
        yield deny(f"{seat.name}现在不在会上。", who_can="请刷新页面查看到会情况。")
