"""The demonstration's meetings: one over with a resolution being carried out, one going on, one item not ready; emergencies."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.seasons.lifecycle.models import Season
from workgroups.appointments.models import Appointment
from workgroups.followups.services import assign_task
from workgroups.groups.enums import GroupKind, PostRank
from workgroups.groups.models import WorkGroup
from workgroups.meetings.enums import DecisionMode, EmergencyCategory, PresenceKind, RemarkKind, SeatKind
from workgroups.meetings.models import AgendaItem, DecisionMatter, Meeting
from workgroups.meetings.services.agenda import propose_item, recuse_from_item, schedule_item
from workgroups.meetings.services.decisions import (
    decide,
    issue_resolution,
    open_item,
    state_position,
)
from workgroups.meetings.services.emergencies import cosign_emergency, declare_emergency, lapse_unratified
from workgroups.meetings.services.matters import add_matter
from workgroups.meetings.services.sittings import (
    be_present,
    close_meeting,
    convene,
    invite,
    open_meeting,
    prepare_meeting,
)
from workgroups.meetings.services.supervision import give_remark

WHY = "演示数据"
# Nothing lies a day between calling the demonstration's meetings and holding them: its matter asks for no notice.
MATTER = "demo-arrangements"
MATTER_FIELDS = {
    "code": MATTER, "name": "录取现场工作安排（演示）", "body": GroupKind.LEADING, "mode": DecisionMode.VOTE, "notice_hours": 0,
}  # fmt: skip
DESIGNATED = "演示省招委〔{year}〕3号（指定各组组长参加议事）"


def build_meetings(season: Season) -> int:
    """Once; how many meetings there are."""
    if not Meeting.objects.filter(group__season=season).exists():
        group = WorkGroup.objects.of_season(season).get(kind=GroupKind.LEADING)
        if not DecisionMatter.objects.filter(code=MATTER).exists():
            add_matter(actor=User.objects.get(username="rules"), reason=WHY, fields=MATTER_FIELDS)
        _first(group)
        _second(group)
        _not_ready(group)
        _exhausted(group)
        _emergencies(group)
    return Meeting.objects.filter(group__season=season).count()


def _first(group: WorkGroup) -> None:
    meeting, item = _sitting(
        group, "录取工作领导小组第1次会议", "调整录检岗位分工", "拟将录检复核岗位增加1人，由录取管理组调剂。"
    )
    item = open_item(actor=_head(meeting), reason="开始审议", item=item)
    _everybody_states(meeting, item, "agree")
    decide(actor=_head(meeting), reason="宣布结果", item=item)
    give_remark(actor=_supervisor(), reason="无异议", item=_fresh(item), kind=RemarkKind.NONE)
    close_meeting(actor=_head(meeting), reason="议程完毕", meeting=meeting)
    resolution = issue_resolution(
        actor=_secretary(), reason="形成决议", item=_fresh(item), text="同意录检复核岗位增加1人，由录取管理组调剂。"
    )
    members = [seat.person for seat in meeting.seats.filter(kind=SeatKind.MEMBER).select_related("person")]
    assign_task(
        actor=_secretary(),
        reason="按决议交办",
        origin=resolution,
        what="完成录检复核岗位调剂并报送名单",
        assignee=members[0],
        acceptor=_head(meeting),
        due_on=timezone.localdate() + timedelta(days=3),
    )


def _second(group: WorkGroup) -> None:
    title = "录取工作领导小组第2次会议"
    meeting, item = _sitting(group, title, "明确值守带班安排", "拟由领导小组成员轮流带班，每班12小时。")
    item = open_item(actor=_head(meeting), reason="开始审议", item=item)
    voters = meeting.seats.filter(kind=SeatKind.MEMBER).select_related("person").order_by("order")
    for seat in list(voters)[:-1]:
        state_position(actor=seat.person, reason="本人表态", item=_fresh(item), seat=seat, stance="agree")


def _not_ready(group: WorkGroup) -> None:
    matter = DecisionMatter.objects.get(code="plan-adjustment")
    _propose(group, matter, "追加本科批招生计划", "拟同意招生院校来函请求，在本科批追加计划5名。")


def _exhausted(group: WorkGroup) -> None:
    """A meeting being prepared whose members keep away from its item: the superior is asked to designate others."""
    meeting = prepare_meeting(
        actor=_secretary(),
        reason=WHY,
        group=group,
        title="录取工作领导小组第3次会议",
        place="录取现场第一会议室",
        starts_at=timezone.now() + timedelta(hours=60),
    )
    invite(actor=_secretary(), reason="列席监督", meeting=meeting, person=_supervisor(), kind=SeatKind.SUPERVISOR)
    matter = DecisionMatter.objects.get(code=MATTER)
    item = _propose(group, matter, "调整信访接待组值班负责人", "拟由信访接待组另定一名值班负责人。")
    item = schedule_item(actor=_secretary(), reason="列入议程", item=item, meeting=meeting)
    for seat in meeting.seats.exclude(kind=SeatKind.SUPERVISOR).select_related("person"):
        recuse_from_item(actor=_secretary(), reason="与拟调整人员有近姻亲关系", item=_fresh(item), person=seat.person)


def _emergencies(group: WorkGroup) -> None:
    """One waiting for its ratification, one whose time has passed."""
    people = [row.person for row in Appointment.objects.in_force().filter(post__group=group).order_by("id")]
    matter = DecisionMatter.objects.get(code="urgent-disposal")
    for title, hours, measures in (
        ("投档服务器所在机房断电", 2, "切换至备用机房，当日投档推迟2小时。"),
        ("录取现场网络中断", 30, "启用备用线路，暂停当批次退档操作1小时。"),
    ):
        emergency = declare_emergency(
            actor=people[0],
            reason=WHY,
            group=group,
            matter=matter,
            category=EmergencyCategory.SYSTEM,
            title=title,
            measures=measures,
            limits="只限当日，不得改变已投档结果。",
            effects=["当日工作时间顺延", "备用设施启用，须核对数据一致"],
            happened_at=timezone.now() - timedelta(hours=hours),
        )
        cosign_emergency(actor=people[1], reason="情况属实，同意处置", emergency=emergency)
    lapse_unratified()


def _sitting(group: WorkGroup, title: str, item_title: str, proposal: str) -> tuple[Meeting, AgendaItem]:
    """An open meeting of the body and the leaders of the other groups, everybody signed in."""
    meeting = prepare_meeting(
        actor=_secretary(),
        reason=WHY,
        group=group,
        title=title,
        place="录取现场第一会议室",
        starts_at=timezone.now() + timedelta(minutes=1),
    )
    leaders = Appointment.objects.in_force().filter(post__group__season=group.season, post__rank=PostRank.LEADER)
    for row in leaders.exclude(post__group=group).select_related("person"):
        if not meeting.seats.filter(person=row.person).exists():
            invite(
                actor=_secretary(),
                reason=WHY,
                meeting=meeting,
                person=row.person,
                kind=SeatKind.MEMBER,
                basis=DESIGNATED.format(year=group.season.year),
            )
    invite(actor=_secretary(), reason="列席监督", meeting=meeting, person=_supervisor(), kind=SeatKind.SUPERVISOR)
    item = _propose(group, DecisionMatter.objects.get(code=MATTER), item_title, proposal)
    schedule_item(actor=_secretary(), reason="列入议程", item=item, meeting=meeting)
    meeting = convene(actor=_secretary(), reason="发出通知", meeting=meeting)
    for seat in meeting.seats.select_related("person"):
        be_present(actor=seat.person, reason="签到", seat=seat, kind=PresenceKind.PRESENT)
    early = "人员已到齐，提前一分钟开会"
    return open_meeting(actor=_head(meeting), reason="开会", meeting=meeting, early_reason=early), _fresh(item)


def _propose(group: WorkGroup, matter: DecisionMatter, title: str, proposal: str) -> AgendaItem:
    return propose_item(
        actor=_secretary(),
        reason=WHY,
        group=group,
        matter=matter,
        title=title,
        proposal=proposal,
        presenter=_secretary(),
    )


def _everybody_states(meeting: Meeting, item: AgendaItem, stance: str) -> None:
    seats = meeting.seats.filter(kind__in=(SeatKind.MEMBER, SeatKind.HEAD)).select_related("person")
    for seat in sorted(seats, key=lambda seat: seat.kind == SeatKind.HEAD):
        state_position(actor=seat.person, reason="本人表态", item=_fresh(item), seat=seat, stance=stance)


def _fresh(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting", "matter", "group__season").get(pk=item.pk)


def _head(meeting: Meeting) -> Any:
    return meeting.seats.select_related("person").get(kind=SeatKind.HEAD).person


def _secretary() -> User:
    return User.objects.get(username="secretary")


def _supervisor() -> User:
    return User.objects.get(username="supervisor")
