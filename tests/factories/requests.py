"""A group with people on duty under a leading group, and documents of it brought to a state through the commands."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.evidence.storage import Incoming
from tests.factories.accounts import UserFactory, user_with
from tests.factories.files import pdf_file
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.duty.models import Delegation
from workgroups.groups.enums import GroupKind
from workgroups.requests.document import content_of, digest_of
from workgroups.requests.enums import Channel, DocumentKind
from workgroups.requests.models import LetterCode, OralInstruction, Reply, ReportableMatter, Submission
from workgroups.requests.rules import newest
from workgroups.requests.services import attachments, instructions, replies, submissions

from .base import AuditedFactory

ASKING = {
    "title": "关于调整值守安排的请示",
    "body": "近日夜间咨询量增加，现有值守人员不足。",
    "opinion": "拟采用方案一。",
    "options": ["每班增加一人", "缩短每班时间"],
    "single_option_reason": "",
}
TELLING = {"title": "关于系统运行情况的报告", "body": "今日系统运行正常，没有中断。"}


class ReportableFactory(AuditedFactory):
    class Meta:
        model = ReportableMatter

    code = "general-request"
    name = "其他请示事项"
    kind = DocumentKind.REQUEST
    body = GroupKind.LEADING
    reply_hours = 24


class ReportFactory(ReportableFactory):
    code = "general-report"
    name = "其他报告事项"
    kind = DocumentKind.REPORT
    reply_hours = 0


class LetterCodeFactory(AuditedFactory):
    class Meta:
        model = LetterCode

    code = "演录管"


@dataclass
class Line:
    """A working group under a leading group: who heads each, who works there, who supervises the working group."""

    season: Any
    above: Any
    group: Any
    chief: Any
    clerk: Any
    head: Any
    member: Any
    supervisor: Any


def on_duty(group: Any, name: str, **fields: Any) -> Any:
    post = PostFactory(group=group, name=name, headcount_max=99)
    return AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY, person=UserFactory(**fields)).person


def line(season: Any = None) -> Line:
    season = season or OpenSeasonFactory()
    above = WorkGroupFactory(season=season, kind=GroupKind.LEADING, name="领导小组")
    group = WorkGroupFactory(season=season, parent=above, name="录取管理组")
    LetterCodeFactory(group=group, season=season)
    return Line(
        season,
        above,
        group,
        leader_of(above, status=AppointmentStatus.ON_DUTY).person,
        on_duty(above, "成员"),
        leader_of(group, status=AppointmentStatus.ON_DUTY).person,
        on_duty(group, "计划员"),
        user_with(Role.SUPERVISOR, season=season, group=group),
    )


def fresh(record: Any) -> Any:
    """As the next request would read it; people forget what they remembered of their rights."""
    return type(record)._default_manager.get(pk=record.pk)


def person(user: Any) -> User:
    return User.objects.get(pk=user.pk)


def matter(kind: str = DocumentKind.REQUEST) -> ReportableMatter:
    factory = ReportableFactory if kind == DocumentKind.REQUEST else ReportFactory
    return ReportableMatter.objects.filter(code=factory.code).first() or factory()


def drafted(
    of: Line, under: Any = None, text: dict[str, Any] | None = None, attached: tuple[str, ...] = (), **fields: Any
) -> Submission:
    under = under or matter()
    words = {**(ASKING if under.kind == DocumentKind.REQUEST else TELLING), **(text or {})}
    row = submissions.draft(
        actor=of.member, reason="起草", group=of.group, matter=under, addressee=of.above, urgency="normal", text=words,
        **fields,
    )  # fmt: skip
    for name in attached:
        attach(of, row, name)
    return row


def attach(
    of: Line, submission: Submission, name: str = "夜间咨询量统计表", content: bytes | None = None
) -> Submission:
    """A real PDF whose content follows from its name."""
    incoming = Incoming([content or pdf_file() + name.encode()], f"{name}.pdf")
    return attachments.attach(
        actor=of.member, reason="添加附件", submission=fresh(submission), name=name, incoming=incoming
    )


def submitted(of: Line, under: Any = None, **fields: Any) -> Submission:
    return submissions.submit(actor=of.member, reason="送签", submission=drafted(of, under, **fields))


def sign(of: Line, submission: Submission) -> Submission:
    submission = fresh(submission)
    digest = digest_of(content_of(submission, newest(submission)))
    return submissions.sign(actor=of.head, reason="同意报送", submission=submission, seen_digest=digest)


def signed(of: Line, under: Any = None, **fields: Any) -> Submission:
    return sign(of, submitted(of, under, **fields))


def signed_by_a_deputy() -> tuple[Line, Any, Any, Submission]:
    """The line, the head, the deputy who signed for the head, the document."""
    of, deputy = line(), UserFactory(name="代岗之人")
    appointment = Appointment.objects.get(person=of.head)
    declared(deputy, of.season)
    train(deputy, CourseFactory(season=of.season))
    now = timezone.now()
    with setting_up():
        period = DateTimeTZRange(now, now + timedelta(days=1))
        Delegation(appointment=appointment, deputy=deputy, scope="值守", period=period).save()
    row = submitted(of)
    of.head, head = person(deputy), of.head
    return of, head, deputy, sign(of, row)


def sent(of: Line, under: Any = None, **fields: Any) -> Submission:
    return submissions.send(actor=of.member, reason="报送", submission=signed(of, under, **fields))


def received(of: Line, under: Any = None, **fields: Any) -> Submission:
    return submissions.receive(actor=of.clerk, reason="签收", submission=sent(of, under, **fields))


def say(of: Line, submission: Submission, kind: str = "agree", text: str = "同意。", **fields: Any) -> Reply:
    said = {"said_by": of.chief, "said_at": timezone.now(), **fields}
    return replies.reply(actor=of.clerk, reason="录入批复", submission=fresh(submission), kind=kind, text=text, **said)


def instructed(of: Line, **fields: Any) -> OralInstruction:
    said = {
        "instructor": of.chief,
        "said_at": timezone.now(),
        "channel": Channel.PHONE,
        "text": "今晚值守增加一人。",
        "witnesses": "值班人员",
        **fields,
    }
    return instructions.record_instruction(actor=of.member, reason="补录", group=of.group, **said)
