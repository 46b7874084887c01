"""Builds the demonstration season once, step by step through the commands; interrupted, it goes on where it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from admissions.accounts.demo import create_demo_people, grant_supervision
from admissions.accounts.models import User
from admissions.rulebook.models import Clause
from admissions.seasons.batches.enums import Subject
from admissions.seasons.batches.services import add_batch
from admissions.seasons.calendar.demo import build_calendar
from admissions.seasons.lifecycle.differences import compare
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.models import Season
from admissions.seasons.lifecycle.services import clone_season, open_season
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import confirm_appointment, propose_appointment, suspend_appointment
from workgroups.groups.enums import GroupKind, GroupStatus, PostRank
from workgroups.groups.models import Post, WorkGroup
from workgroups.groups.services import activate_group
from workgroups.pledges.document import content_hash
from workgroups.pledges.models import PledgeTemplate
from workgroups.pledges.selectors import PledgeBook
from workgroups.pledges.services import create_template, decline_pledge, document_of, publish_version, sign_pledge
from workgroups.readiness.selectors import readiness
from workgroups.readiness.services import activate_appointment
from workgroups.recusal.models import RecusalDeclaration
from workgroups.recusal.services.declaring import declare
from workgroups.training.enums import AttemptStatus
from workgroups.training.models import Attempt, Course
from workgroups.training.selectors import training_state
from workgroups.training.services import add_question, create_course, open_course, start_attempt, submit_attempt

from .days import batches_around
from .meetings import build_meetings
from .questions import PLEDGE_CLAUSES, QUESTIONS, RESPONSIBILITY_CLAUSES
from .requests import build_requests

# After its year, which is that of the day it was made on.
NAME = "年普通高校招生录取（演示）"
TEMPLATE = "录取季模板（七组结构）"
BASIS = "演示领导小组决议〔{year}〕1号"
WHY = "演示数据"
# How far each group has come: everybody on duty, some on duty, signed only by the leader, nothing yet.
PROGRESS = {
    "录取工作领导小组": "on_duty",
    "录取现场监督指导小组": "on_duty",
    "信息技术组": "on_duty",
    "录取管理组": "partly",
    "纪检监察组": "on_duty",
    "信访接待组": "leader",
    "行政秘书组": "started",
}


@dataclass
class Cast:
    """The people of the demonstration by login."""

    people: dict[str, User]

    def __getitem__(self, login: str) -> User:
        """Fresh from the database: rights are remembered per object."""
        return User.objects.get(pk=self.people[login].pk)


def build(say: Callable[[str], None]) -> None:
    """Make the season unless it is complete."""
    cast = Cast(create_demo_people())
    say(f"工作日历：{build_calendar(timezone.localdate())}")
    season = _season(cast)
    say(f"录取季：{season}")
    _structure(cast, season)
    _training(cast, season)
    _pledges(cast, season)
    _appointments(cast, season)
    say(f"任职：{Appointment.objects.of_season(season).count()}人次")
    for appointment in _top_down(season):
        _bring_along(cast, appointment)
    _special_cases(cast, season)
    _supervision(season)
    say(f"会议：{build_meetings(season)}次")
    say(f"请示报告：{build_requests(season)}件")
    on_duty = Appointment.objects.of_season(season).filter(status=AppointmentStatus.ON_DUTY).count()
    say(f"在岗：{on_duty}人")


def _season(cast: Cast) -> Season:
    """The one made first, in whatever year that was: a copy that a visitor made of it is left alone."""
    season = Season.objects.real().filter(name__endswith=NAME).order_by("pk").first() or _new_season(cast)
    if season.status != SeasonStatus.DRAFT:
        return season
    return open_season(
        actor=cast["secretary"], reason=WHY, season=season, basis=_basis(season), seen=compare(season).digest
    )


def _new_season(cast: Cast) -> Season:
    year = timezone.localdate().year
    template = Season.objects.get(name=TEMPLATE)
    return clone_season(actor=cast["secretary"], reason=WHY, source=template, year=year, name=f"{year}{NAME}")


def _basis(season: Season) -> str:
    return BASIS.format(year=season.year)


def _structure(cast: Cast, season: Season) -> None:
    for group in WorkGroup.objects.of_season(season).filter(status=GroupStatus.DRAFT):
        activate_group(actor=cast["secretary"], reason=WHY, group=group)
    present = set(season.batches.values_list("name", flat=True))
    for order, planned in enumerate(batches_around(timezone.localdate(season.opened_at), season.year), 1):
        if planned.name not in present:
            add_batch(
                actor=cast["secretary"],
                reason=WHY,
                season=season,
                name=planned.name,
                subject=Subject.ALL,
                order=order,
                starts_on=planned.starts_on,
                ends_on=planned.ends_on,
            )


def _training(cast: Cast, season: Season) -> None:
    course = Course.objects.of_season(season).first()
    if course is None:
        course = create_course(
            actor=cast["training"],
            reason=WHY,
            season=season,
            name="录取工作纪律与回避",
            text="学习六不准、30个不得、回避规定和执行—复核—监督分离的要求。\n学完后答题，合格方可上岗。",
            pass_mark=80,
            question_count=8,
            valid_days=365,
            posts=[],
        )
        clauses = {clause.code: clause for clause in Clause.objects.all()}
        for code, kind, stem, options, answer in QUESTIONS:
            add_question(
                actor=cast["training"],
                reason=WHY,
                course=course,
                clause=clauses[code],
                kind=kind,
                stem=stem,
                options=options,
                answer=answer,
            )
    if course.status == "draft":
        open_course(actor=cast["training"], reason=WHY, course=course)


def _pledges(cast: Cast, season: Season) -> None:
    if PledgeTemplate.objects.of_season(season).exists():
        return
    closing = "以上内容我已逐条阅读。如有违反，愿按规定承担责任。"
    documents = (
        (
            "录取工作责任书",
            "responsibility",
            [PostRank.LEADER, PostRank.DEPUTY],
            RESPONSIBILITY_CLAUSES,
            "我对所负责的工作承担主体责任，郑重作出以下承诺：",
        ),
        (
            "录取工作岗位承诺书",
            "post",
            list(PostRank.values),
            PLEDGE_CLAUSES,
            "我担任录取工作岗位，对本岗位工作承担直接责任，郑重作出以下承诺：",
        ),
    )
    for name, kind, ranks, codes, opening in documents:
        clauses = {clause.code: clause for clause in Clause.objects.filter(code__in=codes)}
        template = create_template(
            actor=cast["secretary"],
            reason=WHY,
            season=season,
            kind=kind,
            name=name,
            ranks=[str(r) for r in ranks],
            opening=opening,
            closing=closing,
            grace_days=3,
            clauses=[clauses[code] for code in codes],
        )
        publish_version(actor=cast["secretary2"], reason=WHY, version=template.versions.get())


def _appointments(cast: Cast, season: Season) -> None:
    if Appointment.objects.of_season(season).exists():
        return
    period = DateTimeTZRange(timezone.now() - timedelta(minutes=1), None)
    for post, person in _seats(cast, season):
        proposed = propose_appointment(
            actor=cast["secretary"], reason=WHY, person=person, post=post, period=period, basis=_basis(season)
        )
        confirm_appointment(actor=cast["secretary2"], reason=WHY, appointment=proposed, basis=_basis(season))


def _seats(cast: Cast, season: Season) -> Iterator[tuple[Post, User]]:
    """One leader a group, then members one to a post as long as there are people."""
    leaders = iter(login for login in cast.people if login.startswith("leader"))
    members = iter(login for login in cast.people if login.startswith("member"))
    posts = Post.objects.of_season(season).select_related("group").order_by("group__order", "order")
    for post in posts:
        login = next(leaders if post.rank == PostRank.LEADER else members, None)
        if login is not None:
            yield post, cast[login]


def _top_down(season: Season) -> Any:
    """Leaders before their groups, so that pledges open in time."""
    rows = Appointment.objects.of_season(season).select_related("person", "post__group__season")
    return sorted(rows, key=lambda row: (row.post.group.order, row.post.rank != PostRank.LEADER, row.post.order))


def _bring_along(cast: Cast, appointment: Appointment) -> None:
    """As far as the group's state in the demonstration asks for."""
    progress = PROGRESS[appointment.post.group.name]
    is_leader = appointment.post.rank == PostRank.LEADER
    if progress == "started" and not is_leader:
        return
    if progress == "partly" and appointment.post.order % 3 == 0:
        return
    _declare_none(appointment)
    _pass_training(appointment)
    if progress == "leader" and not is_leader:
        return
    _sign(appointment)
    if appointment.status == AppointmentStatus.PENDING and readiness(appointment).ok:
        activate_appointment(actor=cast["secretary"], reason=WHY, appointment=appointment)


def _declare_none(appointment: Appointment) -> None:
    season, person = appointment.post.group.season, appointment.person
    if not RecusalDeclaration.objects.filter(season=season, person=person).exists():
        declare(actor=person, reason="本人申报", season=season, relations=[])


def _pass_training(appointment: Appointment) -> None:
    if training_state(appointment.person, appointment.post).ok:
        return
    course = Course.objects.of_season(appointment.post.group.season).get()
    attempt = Attempt.objects.filter(course=course, person=appointment.person, status=AttemptStatus.OPEN).first()
    attempt = attempt or start_attempt(actor=appointment.person, reason="本人答题", course=course)
    answers = {str(row["question"]): row["answer"] for row in attempt.paper}
    submit_attempt(actor=appointment.person, reason="本人交卷", attempt=attempt, answers=answers)


def _sign(appointment: Appointment) -> None:
    book = PledgeBook(appointment.post.group.season_id)
    for duty in book.duties(appointment):
        if duty.can_answer:
            sign_pledge(
                actor=appointment.person,
                reason="本人签订",
                appointment=appointment,
                template=duty.version.template,
                seen_hash=content_hash(*document_of(duty, book)),
                device="演示数据生成程序",
            )


def _special_cases(cast: Cast, season: Season) -> None:
    """One suspended, one who declined: so that the pages have something to show."""
    rows = Appointment.objects.of_season(season).select_related("person", "post__group__season")
    operator = rows.filter(post__name="数据核对员", status=AppointmentStatus.ON_DUTY).first()
    if operator is not None and not operator.passages.filter(to_status=AppointmentStatus.SUSPENDED).exists():
        suspend_appointment(actor=cast["secretary"], reason="演示：临时调离现场", appointment=operator)
    hotline = rows.filter(post__name="热线咨询员").first()
    if hotline is None:
        return
    book = PledgeBook(season.pk)
    for duty in book.duties(hotline):
        if duty.can_answer and duty.latest is None:
            decline_pledge(
                actor=hotline.person,
                reason="演示：对其中一条有疑问，待说明后再签",
                appointment=hotline,
                template=duty.version.template,
                device="演示数据生成程序",
            )


def _supervision(season: Season) -> None:
    """The supervisor watches two groups and the leading group, whose meetings they sit in, and no others."""
    supervisor = User.objects.get(username="supervisor")
    if supervisor.role_grants.exists():
        return
    watched = Q(name__in=["录取管理组", "信息技术组"]) | Q(kind=GroupKind.LEADING)
    grant_supervision("supervisor", list(WorkGroup.objects.of_season(season).filter(watched)))
