"""A body with people on duty, and meetings of it brought to a state through the commands."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.evidence.storage import Incoming
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.groups.enums import GroupKind
from workgroups.meetings.enums import DecisionMode, PresenceKind, SeatKind
from workgroups.meetings.models import AgendaItem, DecisionMatter, ItemRecusal, Meeting, Resolution, Seat
from workgroups.meetings.proofs import content_hash
from workgroups.meetings.services import agenda, decisions, entries, rulings, sittings, supervision

from .base import AuditedFactory

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

# By which the superior designated a head who does not belong to the body.
DESIGNATED = "省招委〔2026〕7号批复"


class MatterFactory(AuditedFactory):
    class Meta:
        model = DecisionMatter

    code = "plan-adjustment"
    name = "招生计划调整"
    body = GroupKind.LEADING
    mode = DecisionMode.VOTE
    notice_hours = 1
    allows_motion = True


@dataclass
class Body:
    """A leading group: its head, members, a secretary outside it and a supervisor of the season."""

    group: Any
    head: Any
    members: list[Any]
    secretary: Any
    supervisor: Any

    def everybody(self) -> list[Any]:
        return [self.head, *self.members]


def body(size: int = 3, season: Any = None) -> Body:
    season = season or OpenSeasonFactory()
    group = WorkGroupFactory(season=season, kind=GroupKind.LEADING, name="领导小组")
    head = leader_of(group, status=AppointmentStatus.ON_DUTY).person
    post = PostFactory(group=group, name="组员", headcount_max=100, order=1)
    members = [AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person for _ in range(size - 1)]
    return Body(group, head, members, user_with(Role.SECRETARIAT), user_with(Role.SUPERVISOR, season=season))


def proposed(of: Body, matter: Any = None, **fields: Any) -> AgendaItem:
    values = {"title": "追加计划", "proposal": "拟追加本科计划5名。", "presenter": of.secretary, **fields}
    matter = matter or DecisionMatter.objects.filter(code="plan-adjustment").first() or MatterFactory()
    return agenda.propose_item(actor=of.secretary, reason="提请", group=of.group, matter=matter, **values)


def prepared(of: Body, title: str = "领导小组第一次会议") -> Meeting:
    meeting = sittings.prepare_meeting(
        actor=of.secretary, reason="筹备", group=of.group, title=title, place="第一会议室",
        starts_at=timezone.now() + timedelta(hours=30),
    )  # fmt: skip
    sittings.invite(
        actor=of.secretary, reason="列席监督", meeting=meeting, person=of.supervisor, kind=SeatKind.SUPERVISOR
    )
    if not meeting.seats.filter(kind=SeatKind.HEAD).exists():
        sittings.invite(
            actor=of.secretary, reason="主持", meeting=meeting, person=of.head, kind=SeatKind.HEAD, basis=DESIGNATED
        )  # fmt: skip
    return meeting


def called(of: Body, *items: AgendaItem, title: str = "领导小组第一次会议") -> Meeting:
    """Notice has gone out a day and more before the meeting; without items it is called for one of its own."""
    meeting = prepared(of, title)
    for item in items or [proposed(of, title=f"{title}的议题")]:
        agenda.schedule_item(actor=of.secretary, reason="列入", item=item, meeting=meeting)
    return sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)


def its_time(meeting: Meeting) -> Meeting:
    """The hour for which it was called has come."""
    meeting = Meeting.objects.get(pk=meeting.pk)
    with setting_up():
        meeting.convened_at, meeting.starts_at = timezone.now() - timedelta(hours=30), timezone.now()
        meeting.save()
    return meeting


def convened(of: Body, *items: AgendaItem, title: str = "领导小组第一次会议") -> Meeting:
    """Called, and its hour has come: members sign in."""
    return its_time(called(of, *items, title=title))


def sitting(of: Body, *items: AgendaItem, absent: tuple[Any, ...] = (), title: str = "领导小组第一次会议") -> Meeting:
    """An open meeting with everybody signed in but the absent; without the head the first member there leads."""
    meeting = convened(of, *items, title=title)
    present = [person for person in [*of.everybody(), of.supervisor] if person not in absent]
    for person in present:
        sign_in(meeting, person)
    led_by = None if of.head in present else seat(meeting, present[0])
    return sittings.open_meeting(actor=of.head, reason="开会", meeting=meeting, led_by=led_by)


def sign_in(meeting: Meeting, person: Any, kind: str = PresenceKind.PRESENT) -> Any:
    return sittings.be_present(actor=person, reason="签到", seat=seat(meeting, person), kind=kind)


def seat(meeting: Meeting, person: Any) -> Seat:
    return Seat.objects.get(meeting=meeting, person=person)


def opened(of: Body, item: AgendaItem, title: str = "领导小组第一次会议") -> AgendaItem:
    """The item on the table of a sitting meeting."""
    sitting(of, item, title=title)
    return decisions.open_item(actor=of.head, reason="审议", item=AgendaItem.objects.get(pk=item.pk))


def stated(item: AgendaItem, person: Any, stance: str = "agree", text: str = "") -> Any:
    item = AgendaItem.objects.get(pk=item.pk)
    return decisions.state_position(
        actor=person, reason="本人表态", item=item, seat=seat(item.meeting, person), stance=stance, text=text
    )


def decided(of: Body, item: AgendaItem, stance: str = "agree", title: str = "领导小组第一次会议") -> AgendaItem:
    """Opened, everybody of one mind, the head last, announced."""
    item = opened(of, item, title)
    for person in [*of.members, of.head]:
        stated(item, person, stance, "理由" if stance == "disagree" else "")
    decisions.decide(actor=of.head, reason="宣布", item=item)
    return AgendaItem.objects.get(pk=item.pk)


def entered(of: Body, item: AgendaItem, person: Any, stance: str = "agree", text: str = "") -> Any:
    """The office writes down what the member says."""
    item = AgendaItem.objects.get(pk=item.pk)
    return entries.enter_position(
        actor=of.secretary, reason="代录", item=item, seat=seat(item.meeting, person), stance=stance, text=text
    )


def ruled(of: Body, position: Any, *voters: Any) -> Any:
    """The head puts the question, and so agrees; the others agree as well."""
    motion = rulings.rule_deferral(actor=of.head, reason="条件已具备", position=position)
    for person in voters:
        rulings.answer_ruling(actor=person, reason="", motion=motion, agrees=True)
    return motion


def heard(of: Body, item: AgendaItem, kind: str = "none", text: str = "请注意") -> Any:
    """The supervisor in the room has spoken on it."""
    item = AgendaItem.objects.get(pk=item.pk)
    return supervision.give_remark(actor=of.supervisor, reason=text, item=item, kind=kind)


def resolved(of: Body, item: AgendaItem) -> Any:
    item = decided(of, item)
    heard(of, item)
    return decisions.issue_resolution(actor=of.secretary, reason="形成决议", item=item, text="同意追加本科计划5名。")


def resolved_unheard(of: Body, item: AgendaItem) -> Any:
    """As it could be until the supervisor had to be heard first: a 制止 can still come after the resolution."""
    item = decided(of, item)
    with setting_up():
        row = Resolution(
            item=item, number=f"招录决〔{timezone.localdate().year}〕{item.pk}号", text="同意追加本科计划5名。",
            content_hash=content_hash(item), issued_at=timezone.now(), issued_by=of.secretary,
        )  # fmt: skip
        row.save()
    return row


def upload(name: str = "材料.pdf", content: bytes = PDF) -> Incoming:
    return Incoming(iter([content]), name)


def someone() -> Any:
    return UserFactory()


def kept_from_item(person: Any, item: AgendaItem, reason: str = "亲属") -> ItemRecusal:
    """Registered as recused from the item, whatever state that is in."""
    with setting_up():
        row = ItemRecusal(item=item, person=person, reason=reason, recorded_by=item.proposer, at=timezone.now())
        row.save()
    return row
